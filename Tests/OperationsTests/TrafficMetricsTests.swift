import HTTP2
import Operations
import Testing
import Transport

@Suite struct TrafficMetricsTests {
  private let registry = MetricsRegistry()

  private func text() throws -> MetricsText { try MetricsText(registry.page.bytes) }

  private static func counts(_ number: Int) -> TrafficCounts {
    var counts = TrafficCounts()
    counts.connections = number
    counts.openStreams = 2 * number
    counts.runningHandlers = 3 * number
    counts.bytesReceived = UInt64(4 * number)
    counts.bytesSent = UInt64(5 * number)
    counts.droppedValues = UInt64(6 * number)
    counts.tokensLeast = [.ping: UInt64(10 * number)]
    counts.goAwaysSent = [
      TrafficCounts.GoAway(code: .enhanceYourCalm, reason: "flood: ping"): 1,
      TrafficCounts.GoAway(code: .protocolError, reason: ""): 2,
    ]
    counts.goAwaysReceived = [.noError: 1, TrafficCounts.unlistedCode: 3]
    return counts
  }

  @Test(arguments: [CallMetrics.Side.server, .client])
  func `all that is watched is one sum`(side: CallMetrics.Side) throws {
    let metrics = try TrafficMetrics(side, registry: registry)
    metrics.watch { Self.counts(1) }
    metrics.watch { Self.counts(100) }
    let (text, prefix) = (try text(), "rpc_\(side.rawValue)")
    #expect(text.value("\(prefix)_connections", [:]) == 101)
    #expect(text.value("\(prefix)_streams", [:]) == 202)
    #expect(text.value("\(prefix)_received_bytes_total", [:]) == 404)
    #expect(text.value("\(prefix)_sent_bytes_total", [:]) == 505)
    #expect(text.value("\(prefix)_metadata_dropped_total", [:]) == 606)
    #expect(
      text.value("\(prefix)_goaways_sent_total", ["reason": "flood: ping"]) == 2)
    #expect(text.value("\(prefix)_goaways_sent_total", ["reason": "PROTOCOL_ERROR"]) == 4)
    #expect(text.value("\(prefix)_goaways_received_total", ["code": "NO_ERROR"]) == 2)
    #expect(text.value("\(prefix)_goaways_received_total", ["code": "other"]) == 6)
    let isServer = side == .server
    #expect(text.value("\(prefix)_handlers", [:]) == (isServer ? 303 : nil))
    #expect(
      text.value("\(prefix)_ledger_tokens", ["rule": "ping"]) == (isServer ? 10 : nil),
      "the least of all")
    #expect(text.kinds["\(prefix)_streams"] == "gauge")
    #expect(text.kinds["\(prefix)_sent_bytes_total"] == "counter")
  }

  @Test func `without anything to watch nothing is shown`() throws {
    _ = try TrafficMetrics(.server, registry: registry)
    #expect(registry.page.bytes.isEmpty)
  }
}

internal import HTTP2
internal import Synchronization
public import Transport

/// Shows what the connections of all servers, or of all clients, of a process have counted.
public final class TrafficMetrics: Sendable {
  private let sources = Mutex<[@Sendable () -> TrafficCounts]>([])

  public init(_ side: CallMetrics.Side, registry: MetricsRegistry) throws(MetricsError) {
    let prefix = "rpc_\(side.rawValue)"
    try registry.gauge("\(prefix)_connections", "Connections that are open.") { [self] in
      sum(\.connections)
    }
    try registry.gauge("\(prefix)_streams", "Streams that are open.") { [self] in
      sum(\.openStreams)
    }
    try registry.counter(
      "\(prefix)_received_bytes_total", "Bytes of HTTP/2 that were received."
    ) { [self] in sum(\.bytesReceived) }
    try registry.counter(
      "\(prefix)_sent_bytes_total", "Bytes of HTTP/2 that were sent."
    ) { [self] in sum(\.bytesSent) }
    try registry.counter(
      "\(prefix)_metadata_dropped_total", "Values of metadata that were no printable ASCII."
    ) { [self] in sum(\.droppedValues) }
    try registry.counters(
      "\(prefix)_goaways_received_total", "Connections that the other side ended, by its code.", [],
      by: "code"
    ) { [self] in
      tallied { counts in
        counts.goAwaysReceived.map { code, count in
          (code == TrafficCounts.unlistedCode ? "other" : code.description, count)
        }
      }
    }
    try registry.counters(
      "\(prefix)_goaways_sent_total", "Connections that this side ended, by the reason it gave.",
      [], by: "reason"
    ) { [self] in
      tallied { counts in
        counts.goAwaysSent.map { goAway, count in
          (goAway.reason.isEmpty ? goAway.code.description : goAway.reason, count)
        }
      }
    }
    if side == .server { try registerServer(registry, prefix) }
  }

  private func registerServer(
    _ registry: MetricsRegistry, _ prefix: String
  ) throws(MetricsError) {
    try registry.gauge("\(prefix)_handlers", "Handlers that have not returned.") { [self] in
      sum(\.runningHandlers)
    }
    for rule in AbuseLedger.Rule.allCases {
      try registry.gauge(
        "\(prefix)_ledger_tokens", "Least that a connection has left of its budget for abuse.",
        [("rule", rule.rawValue)]
      ) { [self] in all.compactMap { $0.tokensLeast[rule] }.min().map { Double($0) } }
    }
  }

  /// Adds what a server or client counts. Until there is one, nothing is shown.
  public func watch(_ counts: @escaping @Sendable () -> TrafficCounts) {
    sources.withLock { $0.append(counts) }
  }

  private var all: [TrafficCounts] { sources.withLock { $0 }.map { $0() } }

  private func sum(_ count: (TrafficCounts) -> some BinaryInteger) -> Double? {
    let all = all
    return all.isEmpty ? nil : all.reduce(0) { $0 + Double(count($1)) }
  }

  /// Equal labels together, in one order.
  private func tallied(
    _ pairs: (TrafficCounts) -> [(String, UInt64)]
  ) -> [(value: String, number: Double)] {
    var sums: [String: UInt64] = [:]
    for counts in all {
      for (label, count) in pairs(counts) { sums[label, default: 0] += count }
    }
    return sums.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
  }
}

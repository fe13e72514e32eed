import Logging
import Operations
import RPC
import Testing

@Suite struct CallMetricsTests {
  private let registry = MetricsRegistry()
  private let placeOrder = "/orders.v1.Orders/PlaceOrder"

  private func text() throws -> MetricsText { try MetricsText(registry.page.bytes) }

  @Test(arguments: [CallMetrics.Side.server, .client])
  func `calls are counted by service, method and outcome`(side: CallMetrics.Side) throws {
    let metrics = try CallMetrics(side, paths: [placeOrder], registry: registry)
    for code in [StatusCode.ok, .ok, .failedPrecondition] {
      metrics.callStarted(placeOrder)
      metrics.callEnded(placeOrder, code, nanoseconds: 2_000_000)
    }
    metrics.callStarted(placeOrder)
    let text = try text()
    let method = ["grpc_service": "orders.v1.Orders", "grpc_method": "PlaceOrder"]
    func handled(_ code: String) -> Double? {
      text.value(
        "grpc_\(side.rawValue)_handled_total", method.merging(["grpc_code": code]) { $1 })
    }
    #expect(text.value("grpc_\(side.rawValue)_started_total", method) == 4)
    #expect(handled("OK") == 2)
    #expect(handled("FAILED_PRECONDITION") == 1)
    #expect(handled("INTERNAL") == nil)
    #expect(text.value("grpc_\(side.rawValue)_handling_seconds_count", method) == 3)
    #expect(text.value("grpc_\(side.rawValue)_handling_seconds_sum", method) == 0.006)
    #expect(text.kinds["grpc_\(side.rawValue)_started_total"] == "counter")
    #expect(text.kinds["grpc_\(side.rawValue)_handling_seconds"] == "histogram")
    #expect(metrics.endedCount == 3)
  }

  @Test func `a method that was never called has a zero to start from`() throws {
    _ = try CallMetrics(.server, paths: [placeOrder], registry: registry)
    let labels = ["grpc_service": "orders.v1.Orders", "grpc_method": "PlaceOrder"]
    #expect(try text().value("grpc_server_started_total", labels) == 0)
    #expect(
      try text().value("grpc_server_handled_total", labels.merging(["grpc_code": "OK"]) { $1 })
        == 0)
  }

  @Test func `paths nobody registered make no series of their own`() throws {
    let metrics = try CallMetrics(.server, paths: [placeOrder], registry: registry)
    metrics.callStarted("/a/b")
    metrics.callEnded("/a/b", .unimplemented, nanoseconds: 1)
    let before = try text().samples.count
    for number in 0..<1000 {
      metrics.callStarted("/made/up\(number)")
      metrics.callEnded("/made/up\(number)", .unimplemented, nanoseconds: 1)
    }
    let after = try text()
    #expect(after.samples.count == before)
    let other = ["grpc_service": "other", "grpc_method": "other"]
    #expect(after.value("grpc_server_started_total", other) == 1001)
  }

  @Test func `all seventeen outcomes are counted apart`() throws {
    let metrics = try CallMetrics(.server, paths: [placeOrder], registry: registry)
    for code in StatusCode.allCases { metrics.callEnded(placeOrder, code, nanoseconds: 1) }
    let handled = try text().samples.filter { $0.name == "grpc_server_handled_total" }
    #expect(
      Set(handled.compactMap { $0.labels["grpc_code"] }) == Set(StatusCode.allCases.map(\.name)))
    #expect(handled.allSatisfy { $0.value == 1 })
  }

  @Test func `failed calls get a line in the access log`() throws {
    let sink = RecordingSink()
    let log = LogSystem(format: .json, level: .info, sink: sink)
    let metrics = try CallMetrics(
      .server, paths: [placeOrder], registry: registry,
      accessLog: AccessLog(.errors, logger: log.logger("orders.access", service: "orders")))
    metrics.callEnded(placeOrder, .ok, nanoseconds: 1)
    metrics.callEnded(placeOrder, .failedPrecondition, nanoseconds: 1)
    metrics.callEnded(placeOrder, .internalError, nanoseconds: 1_500_000)
    #expect(sink.lines.count == 1)
    let line = try #require(sink.lines.first)
    #expect(line.contains(#""level":"error""#))
    #expect(
      line.contains(#""code":"INTERNAL","durationMs":1.5,"method":"orders.v1.Orders/PlaceOrder""#))
  }
}

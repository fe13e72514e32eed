import Operations
import Testing

@Suite struct HTTPMetricsTests {
  private let registry = MetricsRegistry()
  private let route = "/v1/orders/{order_id}"

  private func text() throws -> MetricsText { try MetricsText(registry.page.bytes) }

  @Test func `requests are counted by route, method and status`() throws {
    let metrics = try HTTPMetrics(routes: [route], registry: registry)
    metrics.requestEnded(route: route, method: "GET", status: 200, nanoseconds: 1_000_000)
    metrics.requestEnded(route: route, method: "GET", status: 404, nanoseconds: 1_000_000)
    let text = try text()
    let labels = ["route": route, "method": "GET"]
    #expect(text.value("http_server_requests_total", labels.merging(["status": "200"]) { $1 }) == 1)
    #expect(text.value("http_server_requests_total", labels.merging(["status": "404"]) { $1 }) == 1)
    #expect(text.value("http_server_request_duration_seconds_count", labels) == 2)
    #expect(text.value("http_server_request_duration_seconds_sum", labels) == 0.002)
    #expect(metrics.endedCount == 2)
  }

  @Test func `no path, method or status of a client makes a series`() throws {
    let metrics = try HTTPMetrics(routes: [route], registry: registry)
    metrics.requestEnded(route: nil, method: "BREW", status: 799, nanoseconds: 1)
    let before = try text().samples.count
    for number in 0..<1000 {
      metrics.requestEnded(
        route: "/v1/orders/\(number)", method: "M\(number)", status: 600 + number, nanoseconds: 1)
    }
    #expect(try text().samples.count == before)
    #expect(
      try text().value(
        "http_server_requests_total", ["route": "none", "method": "other", "status": "other"])
        == 1001)
  }

  @Test func `a page without requests has no empty series`() throws {
    _ = try HTTPMetrics(routes: [route], registry: registry)
    #expect(registry.page.bytes.isEmpty)
  }
}

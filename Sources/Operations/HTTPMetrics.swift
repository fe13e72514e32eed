internal import Synchronization

/// Counts REST requests by route template, method and status. The path itself is never a label: it
/// holds SKUs and order ids, and each would be a series for ever.
public final class HTTPMetrics: Sendable {
  static let methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "other"]
  static let noRoute = "none"

  /// By method, then by route. All there can be is made at the start, so that recording needs no
  /// lock and no client can make a series.
  private let numbers: [String: [String: RouteMetrics]]
  private let ended = Counter()

  /// - Parameter routes: Every template there is, for example `/v1/orders/{order_id}`.
  public init(routes: [String], registry: MetricsRegistry) throws(MetricsError) {
    var numbers: [String: [String: RouteMetrics]] = [:]
    for method in Self.methods {
      for route in Set(routes).union([Self.noRoute]).sorted() {
        let metrics = RouteMetrics()
        try metrics.register([("route", route), ("method", method)], in: registry)
        numbers[method, default: [:]][route] = metrics
      }
    }
    self.numbers = numbers
  }

  /// - Parameters:
  ///   - route: The template; nil for an unknown path.
  ///   - method: A method with a name of its own above; others are counted together.
  public func requestEnded(route: String?, method: String, status: Int, nanoseconds: UInt64) {
    ended.increment()
    let routes = numbers[method] ?? numbers["other"]
    let metrics = routes?[route ?? Self.noRoute] ?? routes?[Self.noRoute]
    metrics?.record(status: status, nanoseconds: nanoseconds)
  }

  /// Requests that ended so far, for the account given at the stop.
  public var endedCount: UInt64 { ended.value }
}

/// The numbers of one route and method.
final class RouteMetrics: Sendable {
  /// The statuses with a series of their own; a program that answers with another one has it
  /// counted under `other`.
  static let statuses: InlineArray<27, Int> = [
    200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 422,
    429, 431, 499, 500, 501, 502, 503, 504,
  ]

  private let counts = InlineArray<28, Atomic<UInt64>> { _ in Atomic(0) }
  private let seconds = LatencyHistogram()

  func record(status: Int, nanoseconds: UInt64) {
    var index = 0
    while index < 27, Self.statuses[index] != status { index += 1 }
    counts[index].wrappingAdd(1, ordering: .relaxed)
    seconds.record(nanoseconds: nanoseconds)
  }

  func register(
    _ labels: MetricsRegistry.Labels, in registry: MetricsRegistry
  ) throws(MetricsError) {
    try registry.counters(
      "http_server_requests_total", "Requests that were answered.", labels, by: "status"
    ) { [self] in
      (0..<28).compactMap { index in
        let count = counts[index].load(ordering: .relaxed)
        let status = index < 27 ? String(Self.statuses[index]) : "other"
        return count == 0 ? nil : (status, Double(count))
      }
    }
    try registry.histogram(
      "http_server_request_duration_seconds",
      "Time from the end of a request's head to the end of its answer.", labels, of: seconds,
      hidesEmpty: true)
  }
}

/// A figure that two results are compared by.
enum ComparedFigure: CaseIterable, Sendable {
  case rate
  case errorRate
  case p50
  case p90
  case p99
  case p999
  case processor

  var title: String {
    switch self {
    case .rate: "rate"
    case .errorRate: "error rate"
    case .p50: "p50"
    case .p90: "p90"
    case .p99: "p99"
    case .p999: "p99.9"
    case .processor: "CPU per request"
    }
  }

  /// Whether less of it is better.
  var isCost: Bool { self != .rate }

  /// What the result says; nil where it says nothing.
  func value(in result: StoredResult) -> Double? {
    switch self {
    case .rate: result.value["rate"]?.double
    case .errorRate: result.value["error_rate"]?.double
    case .p50: result.judged.map { Double($0.nanoseconds(at: 0.5)) }
    case .p90: result.judged.map { Double($0.nanoseconds(at: 0.9)) }
    case .p99: result.judged.map { Double($0.nanoseconds(at: 0.99)) }
    case .p999: result.judged.map { Double($0.nanoseconds(at: 0.999)) }
    case .processor: result.value["processors"]?["tool_us_per_request"]?.double
    }
  }

  func text(_ value: Double) -> String {
    switch self {
    case .rate: Decimals.fixed(value, places: 1) + "/s"
    case .errorRate: Columns.percent(value)
    case .p50, .p90, .p99, .p999: Decimals.time(value)
    case .processor: Decimals.fixed(value, places: 2) + " us"
    }
  }
}

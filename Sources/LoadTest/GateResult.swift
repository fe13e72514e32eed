/// What became of one gate.
public struct GateResult: Equatable, Sendable {
  public let gate: Gate
  /// In the unit of the gate: nanoseconds, a share, or requests per second; nil when nothing was
  /// measured, which no gate passes: a run without a request has shown nothing.
  public let measured: Double?
  public let passed: Bool

  public init(_ gate: Gate, _ summary: Summary) {
    self.gate = gate
    let latency = summary.latency
    switch gate {
    case .latency(let figure, let limit):
      let nanoseconds =
        switch figure {
        case .percentile(let percentile): Double(latency.value(at: percentile))
        case .mean: latency.mean
        case .max: Double(latency.highest)
        }
      measured = latency.count > 0 ? nanoseconds : nil
      passed = latency.count > 0 && nanoseconds <= Double(limit.nanoseconds)
    case .errorRate(let limit):
      measured = latency.count > 0 ? summary.errorRate : nil
      passed = latency.count > 0 && summary.errorRate <= limit.value
    case .rate(let limit):
      measured = latency.count > 0 ? summary.rate : nil
      passed = latency.count > 0 && summary.rate >= limit.perSecond
    }
  }

  /// The measured value as a person reads it.
  public var measuredText: String {
    guard let measured else { return "nothing measured" }
    return switch gate {
    case .latency: Decimals.time(measured)
    case .errorRate: Decimals.shortest(measured * 100, placesMax: 4) + "%"
    case .rate: Decimals.fixed(measured, places: 1) + "/s"
    }
  }
}

/// What became of one gate.
public struct GateResult: Equatable, Sendable {
  public let gate: Gate
  /// In the unit of the gate: nanoseconds, a share, or requests per second; nil when nothing was
  /// measured, which no gate passes: a run without a request has shown nothing.
  public let measured: Double?
  public let passed: Bool

  public init(_ gate: Gate, _ summary: Summary) {
    self.gate = gate
    switch gate {
    case .latency(let figure, let limit, let scope):
      let latency = Self.histogram(scope, summary)
      let nanoseconds =
        switch figure {
        case .percentile(let percentile): Double(latency.value(at: percentile))
        case .mean: latency.mean
        case .max: Double(latency.highest)
        }
      measured = latency.count > 0 ? nanoseconds : nil
      passed = latency.count > 0 && nanoseconds <= Double(limit.nanoseconds)
    case .errorRate(let limit):
      measured = summary.all.count > 0 ? summary.errorRate : nil
      passed = summary.all.count > 0 && summary.errorRate <= limit.value
    case .rate(let limit):
      measured = summary.all.count > 0 ? summary.rate : nil
      passed = summary.all.count > 0 && summary.rate >= limit.perSecond
    }
  }

  static func histogram(_ scope: Gate.Scope, _ summary: Summary) -> LatencyHistogram {
    let set =
      if let kind = scope.kind {
        summary.kinds.first { $0.kind == kind }?.latency ?? LatencySet()
      } else {
        summary.all
      }
    return scope.isFromSend ? set.fromSend : set.judged
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

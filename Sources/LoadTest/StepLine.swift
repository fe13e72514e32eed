/// One step of the rate: what was asked, and what came of it.
public struct StepLine: Equatable, Sendable {
  public let rate: LoadRate
  public let latency: LatencySet
  public let outcomes: [Summary.OutcomeLine]
  public let unexpected: UInt64
  public let seconds: Double

  /// Answers to the requests of this step, per second of the step.
  public var achieved: Double {
    let unfinished = outcomes.first { $0.outcome == .unfinished }?.count ?? 0
    return seconds > 0 ? Double(latency.count - unfinished) / seconds : 0
  }

  public var errorRate: Double {
    latency.count == 0 ? 0 : Double(unexpected) / Double(latency.count)
  }

  /// The steps of a run; none where the rate is one.
  static func lines(_ configuration: RunConfiguration, _ record: RunRecord) -> [StepLine] {
    guard case .open(.steps(let rates), _) = configuration.load,
      let length = configuration.stepLength
    else { return [] }
    return zip(rates, record.steps).map { rate, recorder in
      let summary = Summary(record, recorder)
      return StepLine(
        rate: rate, latency: summary.all, outcomes: summary.outcomes,
        unexpected: summary.unexpected, seconds: Double(length.nanoseconds) / 1e9)
    }
  }
}

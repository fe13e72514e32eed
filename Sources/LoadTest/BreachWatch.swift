/// Whether a gate can still pass, while the run goes on.
struct BreachWatch: Sendable {
  let gates: [Gate]
  /// How many requests the run will have when it is over; nil where that is not known before.
  let expectedCount: UInt64?

  /// The first gate that no rest of the run can save.
  func breach(_ summary: Summary) -> Gate? {
    gates.first { isLost($0, summary) }
  }

  private func isLost(_ gate: Gate, _ summary: Summary) -> Bool {
    switch gate {
    case .latency(.max, let limit, let scope):
      return GateResult.histogram(scope, summary).highest > limit.nanoseconds
    case .latency(.percentile(let percentile), let limit, let scope):
      guard let expectedCount else { return false }
      let latency = GateResult.histogram(scope, summary)
      let above = latency.count - latency.count(upTo: limit.nanoseconds)
      return Double(above) > (1 - percentile.value / 100) * Double(expectedCount)
    case .errorRate(let limit):
      guard let expectedCount else { return false }
      return Double(summary.unexpected) > limit.value * Double(expectedCount)
    // A mean or a rate can recover until the last answer.
    case .latency(.mean, _, _), .rate: return false
    }
  }
}

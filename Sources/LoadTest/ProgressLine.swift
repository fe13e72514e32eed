/// What a run says of itself once an interval: a line that is appended and never rewritten.
public struct ProgressLine: Equatable, Sendable, CustomStringConvertible {
  public let interval: IntervalLine
  /// From the beginning of the run, warm-up included.
  public let elapsedSeconds: Double

  public var description: String {
    let elapsed = Decimals.fixed(elapsedSeconds, places: 0) + " s"
    if interval.isWarmUp { return "\(elapsed)  warming up" }
    let asked = interval.askedRate.map { " of \(Decimals.fixed($0, places: 0))" } ?? ""
    let waiting = interval.waiting > 0 ? "  waiting \(interval.waiting)" : ""
    return "\(elapsed)  \(Decimals.fixed(interval.rate, places: 0))\(asked)/s"
      + "  p50 \(Decimals.time(Double(interval.p50)))  p99 \(Decimals.time(Double(interval.p99)))"
      + "  errors \(interval.errors)  in flight \(interval.inFlight)\(waiting)"
  }
}

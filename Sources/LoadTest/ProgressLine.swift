/// What a run says of itself once a second: a line that is appended and never rewritten.
public struct ProgressLine: Equatable, Sendable, CustomStringConvertible {
  public let elapsedNanoseconds: UInt64
  public let isWarmUp: Bool
  /// Answers per second in this interval.
  public let rate: Double
  public let unexpected: UInt64
  public let inFlight: Int
  public let p50: UInt64
  public let p99: UInt64

  init(
    elapsed: UInt64, interval: UInt64, isWarmUp: Bool, figures: IntervalFigures, inFlight: Int
  ) {
    elapsedNanoseconds = elapsed
    self.isWarmUp = isWarmUp
    rate = interval == 0 ? 0 : Double(figures.latency.count) * 1e9 / Double(interval)
    unexpected = figures.unexpected
    self.inFlight = inFlight
    p50 = Self.value(figures.latency, at: "50")
    p99 = Self.value(figures.latency, at: "99")
  }

  private static func value(_ latency: LatencyHistogram, at text: String) -> UInt64 {
    Percentile(text).map { latency.value(at: $0) } ?? 0
  }

  public var description: String {
    let elapsed = Decimals.fixed(Double(elapsedNanoseconds) / 1e9, places: 0) + " s"
    if isWarmUp { return "\(elapsed)  warming up" }
    return "\(elapsed)  \(Decimals.fixed(rate, places: 0))/s"
      + "  p50 \(Decimals.time(Double(p50)))  p99 \(Decimals.time(Double(p99)))"
      + "  errors \(unexpected)  in flight \(inFlight)"
  }
}

/// What happened between two lines of progress.
struct IntervalFigures: Equatable, Sendable {
  var latency = LatencyHistogram()
  var unexpected: UInt64 = 0

  mutating func record(_ sample: Sample) {
    latency.record(sample.nanoseconds)
    if !sample.isExpected { unexpected += 1 }
  }

  mutating func add(_ other: IntervalFigures) {
    latency.add(other.latency)
    unexpected += other.unexpected
  }
}

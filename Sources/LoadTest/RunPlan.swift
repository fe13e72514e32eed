/// When the parts of a run begin and end, in nanoseconds of the run's clock.
struct RunPlan: Equatable, Sendable {
  /// When the warm-up begins, or the run if it has none.
  let start: UInt64
  let measuringBegins: UInt64
  /// When the measured part is over; the end of time where only a count ends it.
  let durationEnds: UInt64

  init(_ configuration: RunConfiguration, start: UInt64) {
    self.start = start
    // Both lengths are bounded by `LoadDuration.nanosecondsMax`, so the sums fit with much room.
    let begins = start + configuration.warmUp.nanoseconds
    measuringBegins = begins
    durationEnds = configuration.length.map { begins + $0.nanoseconds } ?? .max
  }
}

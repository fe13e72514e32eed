internal import Dispatch

/// The one clock of a run: CLOCK_MONOTONIC in nanoseconds, which no time correction moves.
enum MonotonicClock {
  static func nanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}

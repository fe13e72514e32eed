#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The time of day, which tells when an order was placed and nothing else: no decision is made by
/// it, since it may jump.
struct WallClock: Sendable {
  let now: @Sendable () -> Microseconds

  static let system = WallClock {
    var time = timespec()
    // It fails only for a clock that does not exist.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Microseconds(sinceEpoch: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}

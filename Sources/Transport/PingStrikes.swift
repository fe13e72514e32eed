/// Counts PINGs that come more often than a server allows. (gRFC A8, "Server Enforcement")
///
///     PING, later than the interval after the last valid one ──▶ valid
///     PING, sooner ──▶ strike; the third ──▶ GOAWAY(ENHANCE_YOUR_CALM) "too_many_pings"
///     HEADERS or DATA sent ──▶ all is forgiven
///
/// Clients that measure the path send a PING for the data they read, which is why what this side
/// sends forgives them.
struct PingStrikes {
  private let intervalMin: Duration
  private let intervalMinWithoutCalls: Duration
  private var lastValid: UInt64?
  private var strikes = 0
  private var isForgiven = true

  static let strikesMax = 2
  /// (gRFC A8: a PING without calls is one too many unless it comes every two hours)
  static let idleInterval = Duration.seconds(7200)

  init(intervalMin: Duration, isAllowedWithoutCalls: Bool) {
    self.intervalMin = intervalMin
    intervalMinWithoutCalls = isAllowedWithoutCalls ? intervalMin : Self.idleInterval
  }

  /// HEADERS or DATA were sent.
  mutating func forgive() { isForgiven = true }

  /// - Returns: whether that was one too many.
  mutating func ping(now: UInt64, hasCalls: Bool) -> Bool {
    if isForgiven {
      isForgiven = false
      strikes = 0
      lastValid = now
      return false
    }
    let interval = hasCalls ? intervalMin : intervalMinWithoutCalls
    if let lastValid, Duration.nanoseconds(Int64(clamping: now - min(now, lastValid))) < interval {
      strikes += 1
      return strikes > Self.strikesMax
    }
    lastValid = now
    return false
  }
}

/// Finds out whether a silent server is still there. (gRFC A8)
///
///     resting ──call──▶ quiet ──nothing read for `time`──▶ asked: PING
///        ▲                │ ▲                                │      └─nothing for `timeout`─▶ dead
///        └── no calls ────┘ └────────── anything read ───────┘
///
/// Servers count PINGs that come without calls as abuse, hence the rest.
struct ClientKeepalive {
  enum Action: Equatable {
    /// Look again after this time.
    case wait(Duration)
    /// Send PING and look again after this time.
    case ping(Duration)
    /// Look again when a call begins.
    case rest
    case close
  }

  private let time: Duration
  private let timeout: Duration
  private let isKeptWithoutCalls: Bool
  private var askedAt: UInt64?

  init(time: Duration, timeout: Duration, withoutCalls: Bool) {
    self.time = time
    self.timeout = timeout
    isKeptWithoutCalls = withoutCalls
  }

  /// When a timer has fired, and when a call begins: one that begins after a long silence asks
  /// first, so that it does not wait for a server that is gone.
  /// - Parameter lastRead: when the last byte was read, in nanoseconds, like `now`.
  mutating func check(now: UInt64, lastRead: UInt64, hasCalls: Bool) -> Action {
    if let askedAt {
      if lastRead <= askedAt {
        let left = timeout - Self.between(askedAt, now)
        return left > .zero ? .wait(left) : .close
      }
      self.askedAt = nil
    }
    guard hasCalls || isKeptWithoutCalls else { return .rest }
    let left = time - Self.between(lastRead, now)
    if left > .zero { return .wait(left) }
    askedAt = now
    return .ping(timeout)
  }

  private static func between(_ earlier: UInt64, _ later: UInt64) -> Duration {
    .nanoseconds(Int64(clamping: later - min(later, earlier)))
  }
}

/// Finds out whether a silent peer is still there. (gRFC A9)
///
///     quiet ──nothing read for `time`──▶ asked: PING ──anything read──▶ quiet
///                                          └──nothing for `timeout`──▶ dead
struct ServerKeepalive {
  enum Action: Equatable {
    /// Look again after this time.
    case wait(Duration)
    /// Send PING and look again after this time.
    case ping(Duration)
    case close
  }

  private let time: Duration
  private let timeout: Duration
  private var askedAt: UInt64?

  init(time: Duration, timeout: Duration) {
    self.time = time
    self.timeout = timeout
  }

  /// - Parameter lastRead: when the last byte was read, in nanoseconds, like `now`.
  mutating func check(now: UInt64, lastRead: UInt64) -> Action {
    if let askedAt {
      if lastRead <= askedAt {
        let left = timeout - Self.between(askedAt, now)
        return left > .zero ? .wait(left) : .close
      }
      self.askedAt = nil
    }
    let left = time - Self.between(lastRead, now)
    if left > .zero { return .wait(left) }
    askedAt = now
    return .ping(timeout)
  }

  private static func between(_ earlier: UInt64, _ later: UInt64) -> Duration {
    .nanoseconds(Int64(clamping: later - min(later, earlier)))
  }
}

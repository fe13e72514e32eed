/// How a worker waits for the next intended time.
public enum Pacing: String, CaseIterable, Sendable {
  /// Sleeps until shortly before it, and then looks at sockets and clock in turn.
  case hybrid
  /// Sleeps until then, and is as late as the system wakes it.
  case sleep

  public init(parsing text: String) throws(LoadError) {
    guard let pacing = Pacing(rawValue: text) else {
      throw LoadError(.invalidValue(value: text, expected: "hybrid or sleep"))
    }
    self = pacing
  }

  /// Before the intended time, what a system needs at most to wake a thread, as a rule.
  static let spinNanoseconds: UInt64 = 50_000
  /// How long one look at the sockets may sleep meanwhile: an answer that comes is read at once.
  static let sliceNanoseconds: UInt64 = 5_000

  /// - Returns: when to wake up, and whether that is one of the short looks before the time.
  func wake(for intended: UInt64, at now: UInt64) -> (at: UInt64, isShort: Bool) {
    guard self == .hybrid, intended > now else { return (intended, false) }
    let left = intended - now
    guard left <= Self.spinNanoseconds else { return (intended - Self.spinNanoseconds, false) }
    return (now + min(left, Self.sliceNanoseconds), true)
  }
}

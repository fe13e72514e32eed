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

  /// What a worker does until it looks at the clock again.
  enum Wait: Equatable {
    /// Sleeps, unless an answer comes.
    case sleep(until: UInt64)
    /// Looks at its sockets once and does not sleep.
    case look
  }

  /// Before the intended time, what a system needs at most to wake a thread, as a rule.
  static let spinNanoseconds: UInt64 = 50_000

  /// What is overdue waits for the sockets only: whoever cannot keep up must not stop reading too.
  func wait(for intended: UInt64, at now: UInt64) -> Wait {
    guard intended > now else { return .look }
    guard self == .hybrid else { return .sleep(until: intended) }
    return intended - now > Self.spinNanoseconds
      ? .sleep(until: intended - Self.spinNanoseconds) : .look
  }
}

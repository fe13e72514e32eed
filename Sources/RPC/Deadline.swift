/// The moment by which a call must have been answered, on a clock that never jumps. The clock
/// stands still while the machine sleeps, as its timers do.
public struct Deadline: Sendable, Comparable {
  /// Since `origin`; the largest number is never. Not an instant of the clock's own, whose size is
  /// unknown outside of the standard library: the runtime would be asked how to copy each struct
  /// that holds a deadline.
  private let nanoseconds: Int64

  public static let never = Deadline(nanoseconds: .max)

  /// Where this process counts from.
  private static let origin = SuspendingClock.now

  private init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// `duration` from now; one so long that it cannot be counted in Int64 nanoseconds is never.
  public static func after(_ duration: Duration) -> Deadline {
    guard duration < .nanoseconds(Int64.max / 2) else { return .never }
    let (moment, isOver) = now.addingReportingOverflow(count(duration))
    return isOver ? .never : Deadline(nanoseconds: moment)
  }

  /// What is left: negative when the moment has passed, nil when it never comes.
  public var remaining: Duration? {
    isNever ? nil : .nanoseconds(nanoseconds - Self.now)
  }

  public var hasPassed: Bool { !isNever && nanoseconds <= Self.now }

  public var isNever: Bool { nanoseconds == .max }

  public static func < (one: Deadline, other: Deadline) -> Bool {
    one.nanoseconds < other.nanoseconds
  }

  private static var now: Int64 { count(origin.duration(to: .now)) }

  /// Whole nanoseconds; a past that is too long ago to count is as long as can be.
  private static func count(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if isOver { return Int64.min / 2 }
    let (sum, isSumOver) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return isSumOver ? Int64.min / 2 : sum
  }
}

/// The moment by which a call must have been answered, on a clock that never jumps.
public struct Deadline: Sendable, Comparable {
  /// Nil is never. The clock stands still while the machine sleeps, as its timers do.
  private let instant: SuspendingClock.Instant?

  public static let never = Deadline(instant: nil)

  private init(instant: SuspendingClock.Instant?) {
    self.instant = instant
  }

  /// `duration` from now; one so long that it cannot be counted in Int64 nanoseconds is never.
  public static func after(_ duration: Duration) -> Deadline {
    guard duration < .nanoseconds(Int64.max / 2) else { return .never }
    return Deadline(instant: .now.advanced(by: duration))
  }

  /// What is left: negative when the moment has passed, nil when it never comes.
  public var remaining: Duration? {
    instant.map { SuspendingClock.Instant.now.duration(to: $0) }
  }

  public var hasPassed: Bool {
    guard let remaining else { return false }
    return remaining <= .zero
  }

  public var isNever: Bool { instant == nil }

  public static func < (one: Deadline, other: Deadline) -> Bool {
    switch (one.instant, other.instant) {
    case (let one?, let other?): one < other
    case (_?, nil): true
    case (nil, _): false
    }
  }
}

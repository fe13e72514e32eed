public import RPC

/// How long a call of ours may take.
public struct CallDeadlines: Sendable {
  /// For a caller that sends no deadline: it would otherwise wait as long as anything can go wrong.
  public var whenUnset: Duration = .seconds(5)
  /// What is not done by then is not worth finishing, and nothing may be in progress for longer
  /// than the protocol's other times assume.
  public var cap: Duration = .seconds(10)

  public init() {}

  /// With another cap, below which the deadline of a caller without one stays too.
  public init(cap: Duration) {
    self.cap = cap
    whenUnset = min(whenUnset, cap)
  }

  /// When a call has to be answered, counted from now.
  public func effective(_ asked: Deadline) -> Deadline {
    asked.isNever ? .after(whenUnset) : min(asked, .after(cap))
  }
}

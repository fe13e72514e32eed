/// Where an order stands. The numbers are those of the database and of the contract.
///
///     none --> confirmed --> cancelled
///        \            \----> shipped --> delivered
///         \--> aborted
enum OrderState: Int16, Sendable, CaseIterable {
  case confirmed = 1
  case cancelled = 2
  /// An id that can never become an order. Callers never see one: for them there is no such order.
  case aborted = 3
  case shipped = 4
  case delivered = 5
}

/// A move that the states do not allow.
struct IllegalTransition: Error, Equatable, Sendable {
  /// Nil when there is no row yet.
  let current: OrderState?
  let asked: OrderState
}

extension OrderRules {
  /// The version after the move; a first row has version 1.
  static func move(
    from current: OrderState?, version: Int32, to next: OrderState
  ) throws(IllegalTransition) -> Int32 {
    switch (current, next) {
    case (nil, .confirmed), (nil, .aborted):
      return 1
    case (.confirmed, .cancelled), (.confirmed, .shipped), (.shipped, .delivered):
      let (grown, overflow) = version.addingReportingOverflow(1)
      guard !overflow else { throw IllegalTransition(current: current, asked: next) }
      return grown
    default:
      throw IllegalTransition(current: current, asked: next)
    }
  }
}

internal import RPC

/// The only right answer to a request that is wrong on purpose.
enum RequiredAnswer: Equatable, Sendable {
  /// The key belongs to another order.
  case conflict
  /// Nobody has ever placed the order that is asked for.
  case unknownOrder

  func isGiven(by outcome: Outcome, reason: String?) -> Bool {
    switch self {
    case .conflict: reason == Expectation.conflictReason
    case .unknownOrder: outcome == .status(.notFound)
    }
  }
}

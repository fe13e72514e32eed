internal import Contracts

/// An order that exists, as its caller hears of it.
struct Placement: Equatable, Sendable {
  let receipt: Receipt
  /// Whether the order had been placed by an earlier call.
  var isReplay: Bool
}

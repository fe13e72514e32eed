internal import Contracts

/// A wish to cancel an order.
struct Cancellation: Equatable, Sendable {
  let orderID: OrderID
  /// Nil when any customer's order will do.
  let customerID: String?
  /// Nil when any version will do.
  let expectedVersion: Int64?
  /// When it was asked for, which becomes the time of the order's last change.
  let at: Microseconds
}

/// What became of it.
enum CancellationOutcome: Equatable, Sendable {
  /// Cancelled now or before: the order as it stands.
  case cancelled(StoredOrder)
  case unknown
  case illegal(OrderState)
  case versionMismatch(current: Int32)
}

extension OrderRules {
  /// Judges a wish by the row it names. A version is compared before the state is looked at, so
  /// that of two who saw the same order only one is told that it was he who cancelled it.
  /// - Returns: the outcome, and whether the row has to be written.
  static func cancel(
    _ stored: StoredOrder?, _ asked: Cancellation
  ) -> (outcome: CancellationOutcome, isChanged: Bool) {
    guard let stored, let body = stored.body,
      asked.customerID.map({ $0 == body.customerID }) ?? true
    else { return (.unknown, false) }
    if let expected = asked.expectedVersion, expected != Int64(stored.version) {
      return (.versionMismatch(current: stored.version), false)
    }
    if stored.state == .cancelled { return (.cancelled(stored), false) }
    do throws(IllegalTransition) {
      let version = try move(from: stored.state, version: stored.version, to: .cancelled)
      return (.cancelled(stored.moved(to: .cancelled, version: version, at: asked.at)), true)
    } catch {
      return (.illegal(stored.state), false)
    }
  }
}

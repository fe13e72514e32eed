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

  /// Judges wishes one after the other; a second one for the same order finds what the first made
  /// of it.
  /// - Parameter mayBeOurs: whether a row that is cancelled already may have been written by this
  ///   very call, before its connection was lost.
  /// - Returns: an outcome for each, and the rows that have to be written.
  static func cancel(
    _ wishes: [Cancellation], stored rows: [OrderID: StoredOrder], mayBeOurs: Bool
  ) -> (outcomes: [CancellationOutcome], changed: [StoredOrder]) {
    var stored = rows
    var outcomes: [CancellationOutcome] = []
    var changed: [StoredOrder] = []
    for asked in wishes {
      let before = stored[asked.orderID]
      if mayBeOurs, let before, before.isResult(of: asked) {
        outcomes.append(.cancelled(before))
        continue
      }
      let (outcome, isChanged) = cancel(before, asked)
      outcomes.append(outcome)
      if isChanged, case .cancelled(let after) = outcome {
        stored[asked.orderID] = after
        changed.append(after)
      }
    }
    return (outcomes, changed)
  }
}

extension StoredOrder {
  /// Whether this row is what `asked` leaves behind.
  fileprivate func isResult(of asked: Cancellation) -> Bool {
    state == .cancelled && updatedAt == asked.at
      && (asked.expectedVersion.map { $0 + 1 == Int64(version) } ?? true)
  }
}

internal import Contracts

extension OrderRules {
  /// What became of orders that were to be written where some may have been written before.
  /// - Parameters:
  ///   - orders: of different ids.
  ///   - new: the ids that were inserted just now.
  ///   - stored: what is there of the others.
  ///   - mayBeOurs: whether a row that is there already may have been written by this very call,
  ///     before its connection was lost.
  /// - Returns: nil when an order was neither inserted nor found, which no database does.
  static func written(
    _ orders: [NewOrder], new: Set<OrderID>, stored: [OrderID: StoredOrder], mayBeOurs: Bool
  ) -> [OrderWritten]? {
    var outcomes: [OrderWritten] = []
    outcomes.reserveCapacity(orders.count)
    for order in orders {
      if new.contains(order.orderID) {
        outcomes.append(.placed)
      } else if let stored = stored[order.orderID] {
        outcomes.append(mayBeOurs && stored.isSame(as: order) ? .placed : .stored(stored))
      } else {
        return nil
      }
    }
    return outcomes
  }
}

extension StoredOrder {
  /// Whether this row is what writing `order` leaves behind.
  fileprivate func isSame(as order: NewOrder) -> Bool {
    guard let body else { return false }
    return createdAt == order.createdAt && body.bodyDigest == order.bodyDigest
      && body.totalMinor == order.totalMinor && body.lines == order.lines
  }
}

internal import Contracts
internal import Synchronization

/// The orders that are being placed in this process right now. Nobody may close their ids.
final class PlacingOrders: Sendable {
  /// How many attempts there are for each: one may outlive its caller and meet the next.
  private let attempts = Mutex<[OrderID: Int]>([:])

  func begin(_ orderID: OrderID) {
    attempts.withLock { $0[orderID, default: 0] += 1 }
  }

  func end(_ orderID: OrderID) {
    attempts.withLock { attempts in
      guard let count = attempts[orderID] else { return }
      attempts[orderID] = count > 1 ? count - 1 : nil
    }
  }

  func contains(_ orderID: OrderID) -> Bool { attempts.withLock { $0[orderID] != nil } }
}

internal import Contracts
internal import Synchronization

/// Ids of orders written since inventory last heard of some. They are hints: whatever is lost here
/// inventory finds out by asking, only later.
final class CommittedOrders: Sendable {
  private let ids = Mutex<[OrderID]>([])

  /// As many as one call may tell; when nobody takes them, the oldest are left to be asked about.
  private static let idsMax = DomainLimits.itemsPerCallMax

  func add(_ id: OrderID) {
    ids.withLock { ids in
      if ids.count < Self.idsMax { ids.append(id) }
    }
  }

  func take() -> [OrderID] {
    ids.withLock { ids in
      defer { ids.removeAll(keepingCapacity: true) }
      return ids
    }
  }
}

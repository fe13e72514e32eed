internal import Contracts

/// Which SKUs a watcher follows.
enum StockInterest: Equatable, Sendable {
  /// Every SKU there is or will be.
  case all
  case some(Set<SKU>)

  func contains(_ sku: SKU) -> Bool {
    switch self {
    case .all: true
    case .some(let skus): skus.contains(sku)
    }
  }
}

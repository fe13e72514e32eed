import Contracts
import Operations

@testable import Inventory
@testable import Orders

/// The rows of the inventory's database.
struct SimStock {
  struct Hold {
    var state: HoldPhase
    let fingerprint: [UInt8]
    var heldAt: Int64
  }

  struct Price: Equatable {
    var minor: Int64
    var currency: String
  }

  var stock: [SKU: StockFigures] = [:]
  var catalogue: [SKU: Price] = [:]
  var holds: [OrderID: Hold] = [:]
  var lines: [OrderID: [HoldLine]] = [:]
  var movements: [(sku: SKU, ref: String, delta: Int64)] = []
  var log: Set<LogPosition> = []
  /// Whether the checks of `stock` are there.
  var hasChecks = true

  func figures(_ skus: some Sequence<SKU>) -> [SKU: StockFigures] {
    var found: [SKU: StockFigures] = [:]
    for sku in skus { found[sku] = stock[sku] }
    return found
  }

  func stored(_ ids: some Sequence<OrderID>) -> [OrderID: StoredHold] {
    var found: [OrderID: StoredHold] = [:]
    for id in ids {
      found[id] = holds[id].map { StoredHold(state: $0.state, fingerprint: $0.fingerprint) }
    }
    return found
  }
}

/// The rows of the orders' database.
struct SimLedger {
  struct Move: Equatable {
    let id: OrderID
    let kind: Int16
    let version: Int32
  }

  var orders: [OrderID: StoredOrder] = [:]
  var due: [OrderID: Int64] = [:]
  var log: [LogPosition: [Move]] = [:]

  func stored(_ ids: some Sequence<OrderID>) -> [OrderID: StoredOrder] {
    var found: [OrderID: StoredOrder] = [:]
    for id in ids { found[id] = orders[id] }
    return found
  }
}

/// A rule of the protocol that is left out, to see that somebody notices.
enum SimMutation: CaseIterable {
  /// No CHECK on stock, and a view that admits everything.
  case checkDropped
  /// A release of an unknown id leaves nothing behind.
  case noTombstone
  /// Orders releases what it held when it hears nothing in time.
  case releaseOnTimeout
  /// Inventory releases what was held for long without asking.
  case releaseByAge
  /// The receipt is sent before the commit has returned.
  case receiptBeforeCommit
  /// Two holds of one batch on one SKU change it once.
  case skuNotSummed
  /// A refusal is answered without a look at our own row.
  case ownRowNotRead
  /// A shortage is answered without a look for the order's own hold.
  case ownHoldNotLookedFor
}

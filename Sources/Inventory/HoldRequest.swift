internal import Contracts

/// One SKU and how many pieces of it are wanted or held.
struct HoldLine: Hashable, Sendable {
  let sku: SKU
  let quantity: Int32
}

/// The pieces one order wants set aside, all or none. Lines have each SKU once, ascending.
struct HoldRequest: Equatable, Sendable {
  let orderID: OrderID
  let lines: [HoldLine]
  /// Digest of the lines, by which a repeated request is told from another one.
  let fingerprint: [UInt8]

  init(orderID: OrderID, lines: [HoldLine]) {
    self.orderID = orderID
    self.lines = lines
    fingerprint = StockRules.fingerprint(lines)
  }
}

/// One line that cannot be served, and how much of it there is.
struct Shortfall: Equatable, Sendable {
  let sku: SKU
  let requested: Int64
  let available: Int64
}

/// What became of one request.
enum HoldAnswer: Equatable, Sendable {
  case held
  case committed
  case released
  /// Another hold with other lines has this order's id.
  case conflict
  case outOfStock([Shortfall])
  case unknownSKU([SKU])
}

/// Where a hold stands. The numbers are those of the database.
///
///     held --> committed --> shipped
///        \--------\--------> released
enum HoldPhase: Int16, Sendable, CaseIterable {
  case held = 1
  case committed = 2
  case shipped = 3
  case released = 4
}

internal import Contracts
internal import Postgres

/// A row of `stock`.
struct StockFigures: Equatable, Sendable {
  var sku: SKU
  var onHand: Int64
  var reserved: Int64
  var backorderLimit: Int64
  /// Grows with each change, so of two copies of a row the newer is known.
  var version: Int64

  var available: Int64 {
    StockRules.available(onHand: onHand, backorderLimit: backorderLimit, reserved: reserved)
  }
}

extension StockFigures {
  /// From the columns sku, on_hand, reserved, backorder_limit, version.
  init(_ row: Row) throws(PostgresError) {
    self.init(
      sku: try SKU(row, 0), onHand: try row.int64(1), reserved: try row.int64(2),
      backorderLimit: try row.int64(3), version: try row.int64(4))
  }

  static func all(_ rows: Rows) throws(PostgresError) -> [SKU: StockFigures] {
    var figures: [SKU: StockFigures] = [:]
    figures.reserveCapacity(rows.count)
    for row in rows {
      let one = try StockFigures(row)
      figures[one.sku] = one
    }
    return figures
  }
}

extension SKU {
  /// What stands in our tables was a SKU when it was written; anything else was put there by hand.
  init(_ row: Row, _ column: Int) throws(PostgresError) {
    let text = try row.text(column)
    guard let sku = SKU(text) else {
      throw PostgresError(.typeMismatch("a row names '\(text)', which is no SKU"))
    }
    self = sku
  }
}

extension OrderID {
  init(_ row: Row, _ column: Int) throws(PostgresError) {
    let uuid = try row.uuid(column)
    self.init(high: uuid.high, low: uuid.low)
  }

  var uuid: PostgresUUID { PostgresUUID(high: high, low: low) }
}

internal import Contracts
internal import Postgres

/// Orders as the parameters of the statements that write them.
struct OrderBatch {
  let orders: [NewOrder]

  init(_ orders: [NewOrder]) { self.orders = orders }

  var ids: PostgresValue { .uuidArray(orders.map(\.orderID.uuid)) }

  func insert(with statement: Statement) -> BoundStatement {
    statement(
      ids, .textArray(orders.map(\.customerID)), .nullableTextArray(orders.map(\.requestID)),
      .textArray(orders.map(\.currency)), .int64Array(orders.map(\.totalMinor)),
      .bytesArray(orders.map(\.bodyDigest)), .timestampArray(orders.map(\.createdAt.sinceEpoch)))
  }

  var insertLines: BoundStatement {
    var ids: [PostgresUUID] = []
    var numbers: [Int16] = []
    var skus: [String] = []
    var quantities: [Int32] = []
    var prices: [Int64] = []
    for order in orders {
      var number: Int16 = 0
      for line in order.lines {
        number += 1  // An order has at most 100 lines.
        ids.append(order.orderID.uuid)
        numbers.append(number)
        skus.append(line.sku.text)
        quantities.append(line.quantity)
        prices.append(line.unitPriceMinor)
      }
    }
    return OrderStatements.insertLines(
      .uuidArray(ids), .int16Array(numbers), .textArray(skus), .int32Array(quantities),
      .int64Array(prices))
  }
}

extension OrderID {
  init(_ row: Row, _ column: Int) throws(PostgresError) {
    let uuid = try row.uuid(column)
    self.init(high: uuid.high, low: uuid.low)
  }

  var uuid: PostgresUUID { PostgresUUID(high: high, low: low) }
}

internal import Contracts
internal import Postgres

extension StoredOrder {
  /// Orders by id, from the rows of `selectOrders` and `selectLines`.
  static func all(orders: Rows, lines: Rows) throws(PostgresError) -> [OrderID: StoredOrder] {
    var linesByID: [OrderID: [PricedLine]] = [:]
    for row in lines {
      let text = try row.text(1)
      guard let sku = SKU(text) else {
        throw PostgresError(.typeMismatch("an order line names '\(text)', which is no SKU"))
      }
      linesByID[try OrderID(row, 0), default: []].append(
        PricedLine(sku: sku, quantity: try row.int32(2), unitPriceMinor: try row.int64(3)))
    }
    var stored: [OrderID: StoredOrder] = [:]
    stored.reserveCapacity(orders.count)
    for row in orders {
      let id = try OrderID(row, 0)
      stored[id] = try StoredOrder(row, id: id, lines: linesByID[id] ?? [])
    }
    return stored
  }

  private init(_ row: Row, id: OrderID, lines: [PricedLine]) throws(PostgresError) {
    let status = try row.int16(1)
    guard let state = OrderState(rawValue: status) else {
      throw PostgresError(.typeMismatch("an order has the status \(status)"))
    }
    self.init(
      orderID: id, state: state, version: try row.int32(2),
      createdAt: Microseconds(sinceEpoch: try row.timestamp(8)),
      updatedAt: Microseconds(sinceEpoch: try row.timestamp(9)),
      body: state == .aborted ? nil : try Body(row, lines: lines))
  }
}

extension StoredOrder.Body {
  fileprivate init(_ row: Row, lines: [PricedLine]) throws(PostgresError) {
    self.init(
      customerID: try row.text(3), requestID: try row.textIfAny(4), currency: try row.text(5),
      totalMinor: try row.int64(6), bodyDigest: try row.bytes(7), lines: lines)
  }
}

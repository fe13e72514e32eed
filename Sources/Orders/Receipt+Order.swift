internal import Contracts

extension Receipt {
  /// Only from what never changes about an order, so that every receipt of one order is the same
  /// bytes, from whichever process and whenever.
  init(
    orderID: OrderID, currency: String, totalMinor: Int64, createdAt: Microseconds,
    lines: [PricedLine]
  ) {
    self.init()
    self.orderID = orderID.description
    status = .confirmed
    self.currency = currency
    self.totalMinor = totalMinor
    self.createdAt = Timestamp(createdAt)
    self.lines = lines.map(OrderLine.init)
  }

  init(_ order: NewOrder) {
    self.init(
      orderID: order.orderID, currency: order.currency, totalMinor: order.totalMinor,
      createdAt: order.createdAt, lines: order.lines)
  }

  init(_ stored: StoredOrder, _ body: StoredOrder.Body) {
    self.init(
      orderID: stored.orderID, currency: body.currency, totalMinor: body.totalMinor,
      createdAt: stored.createdAt, lines: body.lines)
  }
}

internal import Contracts

extension Order {
  init(_ stored: StoredOrder, _ body: StoredOrder.Body) {
    self.init()
    orderID = stored.orderID.description
    customerID = body.customerID
    status = OrderStatus(rawValue: Int32(stored.state.rawValue))
    currency = body.currency
    totalMinor = body.totalMinor
    createdAt = Timestamp(stored.createdAt)
    lines = body.lines.map(OrderLine.init)
    version = Int64(stored.version)
    updatedAt = Timestamp(stored.updatedAt)
  }
}

extension OrderLine {
  init(_ line: PricedLine) {
    self.init(
      sku: line.sku.text, quantity: Int64(line.quantity), unitPriceMinor: line.unitPriceMinor)
  }
}

internal import Contracts

/// How orders are told in the contract's messages.
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

extension Timestamp {
  /// `nanos` counts forward from `seconds` also before 1970, so both are rounded down.
  init(_ moment: Microseconds) {
    let micros = moment.sinceEpoch % 1_000_000
    let seconds = moment.sinceEpoch / 1_000_000
    self.init(
      seconds: micros < 0 ? seconds - 1 : seconds,
      nanos: Int32(micros < 0 ? micros + 1_000_000 : micros) * 1_000)
  }
}

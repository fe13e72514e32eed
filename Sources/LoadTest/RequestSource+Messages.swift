internal import Contracts
internal import RPC
internal import Wire

extension RequestSource {
  func checkStock(_ lines: [DrawnLine]) -> LoadRequest {
    var message = CheckStockRequest()
    message.lines = lines.map { line in
      var stockLine = StockLine()
      stockLine.sku = workload.catalogue.names[line.rank]
      stockLine.quantity = line.quantity
      return stockLine
    }
    return LoadRequest(
      kind: .checkStock, role: .inventory, path: InventoryAPI.checkStock.path,
      sealed: Self.sealed(message))
  }

  func placeOrder(_ order: DrawnOrder) -> LoadRequest {
    var message = PlaceOrderRequest()
    message.customerID = OrderKey.customer(order.customer)
    message.currency = workload.settings.currency
    message.lines = order.lines.map { line in
      var orderLine = PlaceOrderLine()
      orderLine.sku = workload.catalogue.names[line.rank]
      orderLine.quantity = line.quantity
      return orderLine
    }
    message.requestID = OrderKey.text(seed: workload.settings.seed, index: order.keyIndex)
    return LoadRequest(
      kind: .placeOrder, role: .orders, path: OrdersAPI.placeOrder.path,
      sealed: Self.sealed(message), mustConflict: order.mustConflict)
  }

  private static func sealed(_ message: some WireMessage) -> [UInt8] {
    var writer = WireWriter(reserving: Envelope.byteCount)
    message.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes)
    return bytes
  }
}

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
    message.customerID = customer(order.customer)
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
      sealed: Self.sealed(message), required: order.mustConflict ? .conflict : nil)
  }

  func getOrder(_ order: RecentOrders.Entry?, _ index: UInt64) -> LoadRequest {
    var message = GetOrderRequest()
    message.orderID = "\(order?.id ?? Self.unknownOrder(index))"
    message.customerID = customer(order?.customer ?? 0)
    return LoadRequest(
      kind: .getOrder, role: .orders, path: OrdersAPI.getOrder.path, sealed: Self.sealed(message),
      required: order == nil ? .unknownOrder : nil)
  }

  func listOrders(_ number: UInt64) -> LoadRequest {
    var message = ListOrdersRequest()
    message.customerID = customer(number)
    return LoadRequest(
      kind: .listOrders, role: .orders, path: OrdersAPI.listOrders.path,
      sealed: Self.sealed(message))
  }

  func cancelOrder(_ order: RecentOrders.Entry?, _ index: UInt64) -> LoadRequest {
    var message = CancelOrderRequest()
    message.orderID = "\(order?.id ?? Self.unknownOrder(index))"
    message.customerID = customer(order?.customer ?? 0)
    return LoadRequest(
      kind: .cancelOrder, role: .orders, path: OrdersAPI.cancelOrder.path,
      sealed: Self.sealed(message), required: order == nil ? .unknownOrder : nil)
  }

  private func customer(_ number: UInt64) -> String {
    OrderKey.customer(seed: workload.settings.seed, number)
  }

  /// An id that no service gives out, as right in its form as any. (RFC 9562, version 8)
  private static func unknownOrder(_ index: UInt64) -> OrderID {
    OrderID(high: 0x6F72_6465_726C_8000, low: 0x8000_0000_0000_0000 | index >> 2)
  }

  private static func sealed(_ message: some WireMessage) -> [UInt8] {
    var writer = WireWriter(reserving: Envelope.byteCount)
    message.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes)
    return bytes
  }
}

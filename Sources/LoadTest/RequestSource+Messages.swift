internal import Contracts

extension RequestSource {
  func checkStock(_ lines: [DrawnLine]) -> LoadRequest {
    var message = CheckStockRequest()
    message.lines = lines.map { line in
      var stockLine = StockLine()
      stockLine.sku = workload.catalogue.names[line.rank]
      stockLine.quantity = line.quantity
      return stockLine
    }
    return request(.checkStock, message, RESTRequest(message))
  }

  func placeOrder(_ order: DrawnOrder) -> LoadRequest {
    var message = PlaceOrderRequest()
    message.customerID = workload.customer(order.customer)
    message.currency = workload.settings.currency
    message.lines = order.lines.map { line in
      var orderLine = PlaceOrderLine()
      orderLine.sku = workload.catalogue.names[line.rank]
      orderLine.quantity = line.quantity
      return orderLine
    }
    message.requestID = workload.key(order.keyIndex)
    return request(
      .placeOrder, message, RESTRequest(message), required: order.mustConflict ? .conflict : nil)
  }

  func getOrder(_ order: RecentOrders.Entry?, _ index: UInt64) -> LoadRequest {
    var message = GetOrderRequest()
    message.orderID = "\(order?.id ?? Self.unknownOrder(index))"
    message.customerID = workload.customer(order?.customer ?? 0)
    return request(
      .getOrder, message, RESTRequest(message), required: order == nil ? .unknownOrder : nil)
  }

  func listOrders(_ number: UInt64) -> LoadRequest {
    var message = ListOrdersRequest()
    message.customerID = workload.customer(number)
    return request(.listOrders, message, RESTRequest(message))
  }

  func cancelOrder(_ order: RecentOrders.Entry?, _ index: UInt64) -> LoadRequest {
    var message = CancelOrderRequest()
    message.orderID = "\(order?.id ?? Self.unknownOrder(index))"
    message.customerID = workload.customer(order?.customer ?? 0)
    return request(
      .cancelOrder, message, RESTRequest(message), required: order == nil ? .unknownOrder : nil)
  }

  /// An id that no service gives out, as right in its form as any. (RFC 9562, version 8)
  private static func unknownOrder(_ index: UInt64) -> OrderID {
    OrderID(high: 0x6F72_6465_726C_8000, low: 0x8000_0000_0000_0000 | index >> 2)
  }
}

public import RPC

/// What it takes to be an order book: the handlers are one, and so is the remote client.
public protocol OrdersService: Sendable {
  /// Confirms an order, or says why not. When it returns, the order is stored.
  func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt

  /// Reads one order.
  func getOrder(
    _ request: GetOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order
}

extension Router {
  public mutating func register(_ service: some OrdersService) {
    unary(OrdersAPI.placeOrder, service.placeOrder)
    unary(OrdersAPI.getOrder, service.getOrder)
  }
}

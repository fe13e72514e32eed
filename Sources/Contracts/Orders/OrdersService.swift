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

  /// Lists a customer's orders, newest first, a page at a time.
  func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse

  /// Cancels a confirmed order. Cancelling it again answers the same order.
  func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order

  /// Tells what became of 1 to 1000 orders. An id without an order is closed by the question.
  func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse

  /// Tells what happens to orders until the caller goes or the server stops, which is UNAVAILABLE.
  /// The first message comes at once and says where the watch begins.
  func watchOrders(
    _ request: WatchOrdersRequest, _ replies: MessageWriter<WatchOrdersResponse>,
    _ call: CallContext
  ) async throws(RPCError)
}

extension OrdersService {
  /// An order book that keeps no log has nothing to watch.
  public func watchOrders(
    _ request: WatchOrdersRequest, _ replies: MessageWriter<WatchOrdersResponse>,
    _ call: CallContext
  ) async throws(RPCError) {
    throw RPCError(.unimplemented, "orders cannot be watched here")
  }
}

extension Router {
  @inlinable public mutating func register(_ service: some OrdersService) {
    unary(OrdersAPI.placeOrder, service.placeOrder)
    unary(OrdersAPI.getOrder, service.getOrder)
    unary(OrdersAPI.listOrders, service.listOrders)
    unary(OrdersAPI.cancelOrder, service.cancelOrder)
    unary(OrdersAPI.resolveOrders, service.resolveOrders)
    serverStreaming(OrdersAPI.watchOrders, service.watchOrders)
  }
}

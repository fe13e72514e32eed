public import RPC

/// An order book somewhere else, reached through a caller.
public struct RemoteOrders: OrdersService {
  private let caller: any StreamingCaller

  public init(_ caller: any StreamingCaller) {
    self.caller = caller
  }

  public func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt {
    try await caller.unary(OrdersAPI.placeOrder, request, call)
  }

  public func getOrder(
    _ request: GetOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    try await caller.unary(OrdersAPI.getOrder, request, call)
  }

  public func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    try await caller.unary(OrdersAPI.listOrders, request, call)
  }

  public func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    try await caller.unary(OrdersAPI.cancelOrder, request, call)
  }

  public func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse {
    try await caller.unary(OrdersAPI.resolveOrders, request, call)
  }

  public func watchOrders(
    _ request: WatchOrdersRequest, _ replies: MessageWriter<WatchOrdersResponse>,
    _ call: CallContext
  ) async throws(RPCError) {
    try await caller.serverStreaming(OrdersAPI.watchOrders, request, call) {
      (events) throws(RPCError) in
      while let message = try await events.next() { try await replies.write(message) }
    }
  }
}

public import RPC

/// An order book somewhere else, reached through a caller.
public struct RemoteOrders: OrdersService {
  private let caller: any UnaryCaller

  public init(_ caller: any UnaryCaller) {
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
}

public import RPC

/// `service Orders` in proto/orders/v1/orders.proto, one constant for each method.
/// Server and client both take these constants, so no path is typed twice.
public enum OrdersAPI {
  public static let service = "orders.v1.Orders"
  public static let placeOrder = Method<PlaceOrderRequest, Receipt>(service, "PlaceOrder")
  public static let getOrder = Method<GetOrderRequest, Order>(service, "GetOrder")
  public static let listOrders = Method<ListOrdersRequest, ListOrdersResponse>(
    service, "ListOrders")
  public static let cancelOrder = Method<CancelOrderRequest, Order>(service, "CancelOrder")
  public static let resolveOrders = Method<ResolveOrdersRequest, ResolveOrdersResponse>(
    service, "ResolveOrders")
  public static let watchOrders = Method<WatchOrdersRequest, WatchOrdersResponse>(
    service, "WatchOrders")
}

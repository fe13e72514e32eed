import Contracts

/// The values of Tests/Vectors for orders.v1.Orders.ResolveOrders.
enum ResolveVectors {
  static let all: [Vector] = [request, resolution, response].flatMap(\.self)

  private static let id = "01890a5d-ac96-774b-bcce-b302099a8057"

  static let request = Vector.of(
    "orders.v1.ResolveOrdersRequest",
    [
      "empty": ResolveOrdersRequest(),
      "typical": ResolveOrdersRequest(orderIDs: [id, ""]),
      "unicode": ResolveOrdersRequest(orderIDs: ["茶", "\u{0}"]),
    ])

  static let resolution = Vector.of(
    "orders.v1.OrderResolution",
    [
      "empty": OrderResolution(),
      "typical": OrderResolution(orderID: id, fate: .aborted),
      "lowest": OrderResolution(orderID: "\u{0}", fate: OrderFate(rawValue: .min)),
      "highest": OrderResolution(orderID: "zz", fate: OrderFate(rawValue: .max)),
      "unicode": OrderResolution(orderID: "☕️", fate: OrderFate(rawValue: -1)),
    ])

  static let response = Vector.of(
    "orders.v1.ResolveOrdersResponse",
    [
      "empty": ResolveOrdersResponse(),
      "typical": ResolveOrdersResponse(
        resolutions: [OrderResolution(orderID: id, fate: .confirmed), OrderResolution()]),
    ])
}

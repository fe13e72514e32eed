import Contracts

/// The values of Tests/Vectors for the watches of both services.
enum WatchVectors {
  static let all: [Vector] = [
    ordersAsked, event, orders, stockAsked, watched, stock,
  ].flatMap(\.self)

  private static let id = "01890a5d-ac96-774b-bcce-b302099a8057"

  static let ordersAsked = Vector.of(
    "orders.v1.WatchOrdersRequest",
    [
      "empty": WatchOrdersRequest(),
      "typical": WatchOrdersRequest(resumeToken: "ab12", newOnly: true),
      "unicode": WatchOrdersRequest(resumeToken: "茶"),
    ])

  static let event = Vector.of(
    "orders.v1.OrderEvent",
    [
      "empty": OrderEvent(),
      "typical": OrderEvent(orderID: id, kind: .cancelled, version: 2),
      "lowest": OrderEvent(
        orderID: "\u{0}", kind: OrderEventKind(rawValue: .min), version: .min),
      "highest": OrderEvent(orderID: "zz", kind: OrderEventKind(rawValue: .max), version: .max),
      "unicode": OrderEvent(orderID: "☕️", kind: OrderEventKind(rawValue: 3)),
    ])

  static let orders = Vector.of(
    "orders.v1.WatchOrdersResponse",
    [
      "empty": WatchOrdersResponse(),
      "typical": WatchOrdersResponse(
        events: [OrderEvent(orderID: id, kind: .placed, version: 1), OrderEvent()],
        resumeToken: "ab12"),
      "unicode": WatchOrdersResponse(resumeToken: "\u{0}"),
    ])

  static let stockAsked = Vector.of(
    "inventory.v1.WatchStockRequest",
    [
      "empty": WatchStockRequest(),
      "typical": WatchStockRequest(skus: ["A", ""]),
      "unicode": WatchStockRequest(skus: ["☕️", "\u{0}"]),
    ])

  static let watched = Vector.of(
    "inventory.v1.WatchedStock",
    [
      "empty": WatchedStock(),
      "typical": WatchedStock(figure: figure, crossedLowMark: true),
      "emptyFigure": WatchedStock(figure: StockFigure()),
    ])

  static let stock = Vector.of(
    "inventory.v1.WatchStockResponse",
    [
      "empty": WatchStockResponse(),
      "typical": WatchStockResponse(
        items: [WatchedStock(figure: figure), WatchedStock()], endsSnapshot: true),
    ])

  private static let figure = StockFigure(
    sku: "A", onHand: 3, reserved: 1, available: 2, unitPriceMinor: 100, currency: "EUR",
    lowMark: 5, version: 7)
}

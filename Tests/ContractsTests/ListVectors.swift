import Contracts

/// The values of Tests/Vectors for lists by pages.
enum ListVectors {
  static let all: [Vector] = [ordersAsked, orders, stockAsked, stock].flatMap(\.self)

  static let ordersAsked = Vector.of(
    "orders.v1.ListOrdersRequest",
    [
      "empty": ListOrdersRequest(),
      "typical": ListOrdersRequest(
        customerID: "c-1", status: .confirmed, from: Timestamp(seconds: 1),
        to: Timestamp(seconds: 2, nanos: 3), pageSize: 50, pageToken: "ab12"),
      "lowest": ListOrdersRequest(
        status: OrderStatus(rawValue: .min), from: Timestamp(), pageSize: .min),
      "highest": ListOrdersRequest(
        status: OrderStatus(rawValue: .max), to: Timestamp(), pageSize: .max),
      "unicode": ListOrdersRequest(customerID: "茶", pageToken: "\u{0}"),
    ])

  static let orders = Vector.of(
    "orders.v1.ListOrdersResponse",
    [
      "empty": ListOrdersResponse(),
      "typical": ListOrdersResponse(
        orders: [
          Order(orderID: "01890a5d-ac96-774b-bcce-b302099a8057", version: 2), Order(),
        ], nextPageToken: "ab12"),
      "unicode": ListOrdersResponse(nextPageToken: "☕️"),
    ])

  static let stockAsked = Vector.of(
    "inventory.v1.ListStockRequest",
    [
      "empty": ListStockRequest(),
      "typical": ListStockRequest(pageSize: 50, pageToken: "ab12"),
      "lowest": ListStockRequest(pageSize: .min),
      "highest": ListStockRequest(pageSize: .max),
      "unicode": ListStockRequest(pageToken: "☕️"),
    ])

  static let stock = Vector.of(
    "inventory.v1.ListStockResponse",
    [
      "empty": ListStockResponse(),
      "typical": ListStockResponse(
        items: [figure, StockFigure()], nextPageToken: "ab12"),
      "unicode": ListStockResponse(nextPageToken: "\u{0}"),
    ])

  private static var figure: StockFigure {
    var figure = StockFigure()
    figure.sku = "A"
    figure.onHand = 3
    return figure
  }
}

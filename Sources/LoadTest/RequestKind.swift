/// What a request of the built-in workloads asks, or `raw` for a method and body of the user's own.
public enum RequestKind: String, CaseIterable, Hashable, Sendable {
  case checkStock = "check-stock"
  case placeOrder = "place-order"
  case getOrder = "get-order"
  case listOrders = "list-orders"
  case cancelOrder = "cancel-order"
  case raw

  /// The place in `allCases`, so that tables by kind are arrays.
  var index: Int {
    switch self {
    case .checkStock: 0
    case .placeOrder: 1
    case .getOrder: 2
    case .listOrders: 3
    case .cancelOrder: 4
    case .raw: 5
    }
  }

  /// Whether it asks for an order that was answered before.
  var needsOrder: Bool { self == .getOrder || self == .cancelOrder }
}

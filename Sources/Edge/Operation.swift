/// What the edge can be asked to do.
enum Operation: Equatable, Sendable, CaseIterable {
  case checkStock
  case readStock
  case adjustStock
  case placeOrder
  case readOrder
  case cancelOrder
  case listOrders
  case tellAlive
  case tellReady

  /// SKUs in one question: what one CheckStock takes with room to spare, and what a URL holds.
  static let skusMax = 100

  var parameters: [QueryString.Parameter] {
    switch self {
    case .checkStock:
      [.list("sku", Self.skusMax), .one("page_size"), .mayBeEmpty("page_token")]
    case .listOrders:
      [.one("customer_id"), .one("status"), .one("page_size"), .mayBeEmpty("page_token")]
    case .readOrder, .cancelOrder: [.one("customer_id")]
    case .readStock, .adjustStock, .placeOrder, .tellAlive, .tellReady: []
    }
  }

  var takesBody: Bool {
    switch self {
    case .adjustStock, .placeOrder, .cancelOrder: true
    case .checkStock, .readStock, .readOrder, .listOrders, .tellAlive, .tellReady: false
    }
  }

  /// Whether a body may be left out.
  var hasOptionalBody: Bool { self == .cancelOrder }

  /// Health has to be told even when everything else is refused.
  var isHealth: Bool { self == .tellAlive || self == .tellReady }
}

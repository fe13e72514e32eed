/// What a request of the built-in workloads asks, or `raw` for a method and body of the user's own.
public enum RequestKind: String, CaseIterable, Hashable, Sendable {
  case checkStock = "check-stock"
  case placeOrder = "place-order"
  case raw

  /// The place in `allCases`, so that tables by kind are arrays.
  var index: Int {
    switch self {
    case .checkStock: 0
    case .placeOrder: 1
    case .raw: 2
    }
  }
}

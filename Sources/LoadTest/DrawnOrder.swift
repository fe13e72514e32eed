/// A line as the workload drew it; the rank of a SKU is its place in the catalogue, from 0.
struct DrawnLine: Equatable, Sendable {
  var rank: Int
  var quantity: Int64
}

/// An order before it is a message.
struct DrawnOrder: Equatable, Sendable {
  var customer: UInt64
  var lines: [DrawnLine]
  /// The index whose key it carries: its own, or that of the order it repeats.
  var keyIndex: UInt64
  /// The key is another order's and the lines are not: only REQUEST_ID_REUSED is a right answer.
  var mustConflict = false
}

/// What request number i of a run asks.
enum RequestDraw: Equatable, Sendable {
  case checkStock([DrawnLine])
  case placeOrder(DrawnOrder)
  /// Of an order that was answered before; the number chooses which.
  case getOrder(UInt64)
  case listOrders(customer: UInt64)
  /// Of the oldest order that was answered and not cancelled yet.
  case cancelOrder
  /// A message of the user's own, by its place among the bodies.
  case raw(body: Int)
}

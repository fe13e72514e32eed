internal import Contracts

/// An order as it is about to be written: what never changes afterwards.
struct NewOrder: Equatable, Sendable {
  let orderID: OrderID
  let customerID: String
  let requestID: String?
  let currency: String
  let totalMinor: Int64
  let bodyDigest: [UInt8]
  let createdAt: Microseconds
  let lines: [PricedLine]
}

/// A row of `orders` with its lines.
struct StoredOrder: Equatable, Sendable {
  /// What an order has and an aborted id has not.
  struct Body: Equatable, Sendable {
    let customerID: String
    let requestID: String?
    let currency: String
    let totalMinor: Int64
    let bodyDigest: [UInt8]
    let lines: [PricedLine]
  }

  let orderID: OrderID
  let state: OrderState
  let version: Int32
  let createdAt: Microseconds
  let updatedAt: Microseconds
  /// Nil exactly when the state is aborted.
  let body: Body?

  func moved(to next: OrderState, version: Int32, at time: Microseconds) -> StoredOrder {
    StoredOrder(
      orderID: orderID, state: next, version: version, createdAt: createdAt, updatedAt: time,
      body: body)
  }
}

/// What a stored row means for a request that names it.
enum StoredAnswer: Equatable, Sendable {
  /// It is this very order; its receipt is the answer, whatever became of the order since.
  case receipt(StoredOrder.Body)
  /// The key names an order with another body.
  case reused
  /// The key is spent: no order exists under it or ever will.
  case aborted
}

extension OrderRules {
  /// Judges a stored row against the digest of what is asked now.
  static func answer(stored: StoredOrder, asked digest: [UInt8]) -> StoredAnswer {
    guard stored.state != .aborted, let body = stored.body else { return .aborted }
    return body.bodyDigest == digest ? .receipt(body) : .reused
  }
}

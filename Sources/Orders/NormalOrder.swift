internal import Contracts

/// One SKU and how many pieces of it are asked for.
struct AskedLine: Equatable, Sendable {
  let sku: SKU
  let quantity: Int32
}

/// What a customer asks for, in the one form in which it is quoted, held, priced, digested, stored
/// and answered: lines of one SKU summed, SKUs ascending.
struct NormalOrder: Equatable, Sendable {
  let customerID: String
  /// Nil when the caller gave no key, so that every call is an order of its own.
  let requestID: String?
  let currency: String
  let lines: [AskedLine]
  /// Indices into `lines` in the order in which the request first named each SKU; shortages are
  /// told in this order, because that is the order the caller's own list has.
  let askedOrder: [Int]

  var isKeyed: Bool { requestID != nil }
}

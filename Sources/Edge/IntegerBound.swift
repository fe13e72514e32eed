/// The bounds of the integers in the JSON contract. All lie within ±(2^53-1), the integers that a
/// client which reads numbers as IEEE 754 doubles keeps exactly. (RFC 7493 §2.2)
enum IntegerBound {
  static let exactMax: Int64 = 9_007_199_254_740_991

  /// Pieces in one line of an order.
  static let quantity: ClosedRange<Int64> = 1...1_000_000
  /// Pieces of one SKU summed over the at most 100 lines of an order.
  static let requested: ClosedRange<Int64> = 1...100_000_000
  /// A level of stock.
  static let level: ClosedRange<Int64> = 0...exactMax
  /// What is available, below zero with backorders.
  static let available: ClosedRange<Int64> = -exactMax...exactMax
  /// A change of stock; zero is refused apart from the range.
  static let delta: ClosedRange<Int64> = -exactMax...exactMax
  /// An amount in the minor units of a currency.
  static let minorUnits: ClosedRange<Int64> = 0...exactMax
  static let version: ClosedRange<Int64> = 1...exactMax
}

extension JSONWriter {
  /// Writes a service's figure, or throws when it is outside the contract's bound.
  mutating func member(
    _ name: String, _ value: Int64, in bound: ClosedRange<Int64>
  ) throws(BoundError) {
    guard bound.contains(value) else { throw BoundError(name, value) }
    member(name, value)
  }
}

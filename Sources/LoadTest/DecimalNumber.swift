/// A decimal number as a person types it, kept exact: `12.5` is 125 tenths, never 12.4999….
/// Exactness matters for rates, because a schedule is computed from them in whole nanoseconds.
struct DecimalNumber: Equatable {
  /// The digits without the point.
  var digits: UInt64
  /// How many of them stand after the point.
  var places: Int

  /// More digits than this do not fit 64 bits, and no setting needs them.
  static let digitsMax = 18

  /// Reads `digits` or `digits.digits`; nil for anything else: signs, exponents, spaces, commas.
  init?(_ text: some StringProtocol) {
    var digits: UInt64 = 0
    var count = 0
    var places: Int?
    for byte in text.utf8 {
      if byte == UInt8(ascii: "."), places == nil, count > 0 {
        places = 0
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      guard count < Self.digitsMax else { return nil }
      digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
      count += 1
      if let before = places { places = before + 1 }
    }
    guard count > 0, places != 0 else { return nil }
    self.digits = digits
    self.places = places ?? 0
  }

  /// The number times `unit` when that is a whole number of 64 bits, else nil.
  func scaled(by unit: UInt64) -> UInt64? {
    let (product, overflow) = digits.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    var divisor: UInt64 = 1
    for _ in 0..<places { divisor *= 10 }  // At most 10^17: `digitsMax` bounds the places.
    return product.isMultiple(of: divisor) ? product / divisor : nil
  }

  /// The nearest binary number, for shares and limits where one part in 10^15 does not matter.
  var value: Double {
    var divisor = 1.0
    for _ in 0..<places { divisor *= 10 }
    return Double(digits) / divisor
  }
}

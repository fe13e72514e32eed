/// Requests per second in total, kept in thousandths so that `19.9k` and `0.5` are exact.
public struct LoadRate: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let perThousandSeconds: UInt64

  /// One request per nanosecond: a schedule in nanoseconds cannot hold more.
  public static let perThousandSecondsMax: UInt64 = 1_000_000_000_000

  private static let units: [(suffix: String, factor: UInt64)] = [
    ("", 1000), ("k", 1_000_000), ("M", 1_000_000_000),
  ]

  /// Reads `500`, `20k` or `1.5M`; more than zero, at most a thousandth exact.
  public init(parsing text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(value: text, expected: "a rate per second such as 500, 20k or 1.5M"))
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(number.count)
    guard let unit = Self.units.first(where: { $0.suffix == suffix }),
      let decimal = DecimalNumber(number),
      let scaled = decimal.scaled(by: unit.factor),
      scaled > 0, scaled <= Self.perThousandSecondsMax
    else { throw refusal }
    self.perThousandSeconds = scaled
  }

  init(perThousandSeconds: UInt64) {
    self.perThousandSeconds = min(max(perThousandSeconds, 1), Self.perThousandSecondsMax)
  }

  public var perSecond: Double { Double(perThousandSeconds) / 1000 }

  public var description: String { Decimals.shortest(perSecond, placesMax: 3) }
}

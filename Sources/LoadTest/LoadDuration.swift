/// A length of time in whole nanoseconds, as the options take it: `250us`, `5ms`, `2s`, `1m`.
public struct LoadDuration: Comparable, Hashable, Sendable, CustomStringConvertible {
  public let nanoseconds: UInt64

  /// Longer runs and limits than this are typing errors, and sums of two stay far from overflow.
  public static let nanosecondsMax: UInt64 = 30 * 24 * 3600 * 1_000_000_000

  private static let units: [(suffix: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
  ]

  public init(nanoseconds: UInt64) {
    self.nanoseconds = min(nanoseconds, Self.nanosecondsMax)
  }

  public static func seconds(_ count: UInt32) -> LoadDuration {
    LoadDuration(nanoseconds: UInt64(count) * 1_000_000_000)
  }

  public static func < (left: LoadDuration, right: LoadDuration) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Reads a number with one of the units ns, us, ms, s, m, h. The unit is not optional: a bare
  /// `5` would be read as seconds by one person and as milliseconds by the next.
  public init(parsing text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(value: text, expected: "a duration such as 250us, 5ms, 2s or 1m"))
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(number.count)
    guard let unit = Self.units.first(where: { $0.suffix == suffix }),
      let decimal = DecimalNumber(number),
      let nanoseconds = decimal.scaled(by: unit.nanoseconds),
      nanoseconds <= Self.nanosecondsMax
    else { throw refusal }
    self.nanoseconds = nanoseconds
  }

  /// The shortest exact form with one unit, so that what is printed can be typed again.
  public var description: String {
    let unit = Self.units.last { nanoseconds.isMultiple(of: $0.nanoseconds) && nanoseconds > 0 }
    guard let unit else { return "0s" }
    return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
  }
}

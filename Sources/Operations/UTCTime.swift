internal import FoundationEssentials

/// A moment of the wall clock as logs and documents write it: RFC 3339, UTC, microseconds.
public struct UTCTime: Equatable, Comparable, Sendable, CustomStringConvertible {
  public let microsecondsSince1970: Int64

  public init(microsecondsSince1970: Int64) {
    self.microsecondsSince1970 = microsecondsSince1970
  }

  public static var now: UTCTime {
    // A double holds microseconds of this era exactly until the year 2255.
    UTCTime(microsecondsSince1970: Int64(Date().timeIntervalSince1970 * 1e6))
  }

  public static func < (left: UTCTime, right: UTCTime) -> Bool {
    left.microsecondsSince1970 < right.microsecondsSince1970
  }

  /// For example `2026-01-02T03:04:05.000006Z`.
  public var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Digits straight into the line: a calendar and a formatter would cost more than the log event.
  func append(to line: inout [UInt8], timeOnly: Bool = false) {
    let (seconds, microseconds) = Self.floored(microsecondsSince1970, by: 1_000_000)
    let (days, secondOfDay) = Self.floored(seconds, by: 86_400)
    if !timeOnly {
      let (year, month, day) = Self.civil(daysSince1970: days)
      Self.append(year, digits: 4, to: &line)
      line.append(UInt8(ascii: "-"))
      Self.append(month, digits: 2, to: &line)
      line.append(UInt8(ascii: "-"))
      Self.append(day, digits: 2, to: &line)
      line.append(UInt8(ascii: "T"))
    }
    Self.append(secondOfDay / 3600, digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    Self.append(secondOfDay / 60 % 60, digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    Self.append(secondOfDay % 60, digits: 2, to: &line)
    line.append(UInt8(ascii: "."))
    Self.append(microseconds, digits: 6, to: &line)
    if !timeOnly { line.append(UInt8(ascii: "Z")) }
  }

  private static func append(_ number: Int64, digits: Int, to line: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      line.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
      divisor /= 10
    }
  }

  private static func floored(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// Days to year, month and day of the Gregorian calendar. Years are taken to begin in March, so
  /// that the leap day is the last of its year and months follow one linear rule.
  private static func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let daysInEra: Int64 = 146_097  // 400 years.
    let (era, dayOfEra) = floored(daysSince1970 + 719_468, by: daysInEra)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153  // 0 is March.
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

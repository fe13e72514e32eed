/// A moment in the proleptic Gregorian calendar, in UTC.
struct CalendarTime: Equatable, Sendable {
  let year: Int64
  let month: Int64
  let day: Int64
  let hour: Int64
  let minute: Int64
  let second: Int64
  /// 0 for Monday.
  let weekday: Int

  /// The seconds of 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, all that RFC 3339 can write.
  private static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// Nil outside the years 1 to 9999.
  init?(secondsSince1970 seconds: Int64) {
    guard Self.secondsRange.contains(seconds) else { return nil }
    // Days are counted from 0000-03-01, so that a leap day is the last day of its year and months
    // have a fixed offset in it.
    let days = (seconds - Self.secondsRange.lowerBound) / 86_400 + 306
    let secondOfDay = (seconds - Self.secondsRange.lowerBound) % 86_400
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    hour = secondOfDay / 3_600
    minute = secondOfDay % 3_600 / 60
    second = secondOfDay % 60
    // 0001-01-01, 306 days after the start of the count, was a Monday.
    weekday = Int((days - 306) % 7)
  }

  /// `2026-01-02T03:04:05.000006Z`. (RFC 3339 §5.6)
  func rfc3339(microseconds: Int64) -> String {
    "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
      + "T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
      + ".\(padded(microseconds, 6))Z"
  }

  /// `Fri, 02 Jan 2026 03:04:05 GMT`. (RFC 9110 §5.6.7)
  var imfFixdate: String {
    "\(Self.weekdays[weekday]), \(padded(day, 2)) \(Self.months[Int(month) - 1]) "
      + "\(padded(year, 4)) \(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2)) GMT"
  }

  private func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}

import Foundation
import Testing

@testable import Edge

@Suite struct CalendarTimeTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
      (951_782_400, "2000-02-29T00:00:00.000000Z"), (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
      (1_767_323_045, "2026-01-02T03:04:05.000000Z"),
      (253_402_300_799, "9999-12-31T23:59:59.000000Z"),
      (-62_135_596_800, "0001-01-01T00:00:00.000000Z"),
    ] as [(Int64, String)])
  func `seconds become RFC 3339`(seconds: Int64, text: String) {
    #expect(CalendarTime(secondsSince1970: seconds)?.rfc3339(microseconds: 0) == text)
  }

  @Test func `microseconds have six digits`() {
    let time = CalendarTime(secondsSince1970: 0)
    #expect(time?.rfc3339(microseconds: 6) == "1970-01-01T00:00:00.000006Z")
    #expect(time?.rfc3339(microseconds: 999_999) == "1970-01-01T00:00:00.999999Z")
  }

  @Test(arguments: [Int64.min, -62_135_596_801, 253_402_300_800, Int64.max])
  func `years that RFC 3339 cannot write are refused`(seconds: Int64) {
    #expect(CalendarTime(secondsSince1970: seconds) == nil)
  }

  @Test func `Date is written as HTTP wants it`() {
    #expect(
      CalendarTime(secondsSince1970: 784_111_777)?.imfFixdate == "Sun, 06 Nov 1994 08:49:37 GMT")
    let header = DateHeader()
    #expect(header.value(millisecondsSince1970: 784_111_777_999) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(header.value(millisecondsSince1970: 784_111_778_000) == "Sun, 06 Nov 1994 08:49:38 GMT")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every day agrees with Foundation's calendar`(seed: UInt64) throws {
    var random = SeededRandom(seed)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for _ in 0..<500 {
      // From 1583 on: before, Foundation's calendar is the Julian one.
      let seconds = Int64.random(in: -12_212_553_600...253_402_300_799, using: &random)
      let time = try #require(CalendarTime(secondsSince1970: seconds))
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second, .weekday],
        from: Foundation.Date(timeIntervalSince1970: Double(seconds)))
      #expect(time.year == Int64(parts.year ?? 0))
      #expect(time.month == Int64(parts.month ?? 0))
      #expect(time.day == Int64(parts.day ?? 0))
      #expect(time.hour == Int64(parts.hour ?? 0))
      #expect(time.minute == Int64(parts.minute ?? 0))
      #expect(time.second == Int64(parts.second ?? 0))
      #expect((time.weekday + 1) % 7 + 1 == parts.weekday)
    }
  }
}

import Operations
import Testing

@Suite struct UTCTimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"),
    (1_709_164_800_000_000, "2024-02-29T00:00:00.000000Z"),
    (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
    (1_709_251_200_000_000, "2024-03-01T00:00:00.000000Z"),
    (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
    (-1, "1969-12-31T23:59:59.999999Z"),
    (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
  ])
  func `a moment is written in UTC with six decimals`(microseconds: Int64, text: String) {
    #expect(UTCTime(microsecondsSince1970: microseconds).description == text)
  }

  @Test func `now goes on`() {
    let first = UTCTime.now
    #expect(first <= UTCTime.now)
    #expect(first.microsecondsSince1970 > 1_700_000_000_000_000)
  }
}

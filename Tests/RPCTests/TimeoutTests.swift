import Testing

@testable import RPC

@Suite struct TimeoutTests {
  @Test(arguments: [
    (Duration.milliseconds(1), "1000000n"), (.milliseconds(100), "100000u"),
    (.seconds(1), "1000000u"), (.seconds(100), "100000m"), (.nanoseconds(1), "1n"),
    (.nanoseconds(99_999_999), "99999999n"), (.nanoseconds(100_000_000), "100000u"),
    (.nanoseconds(100_000_001), "100001u"), (.zero, "0n"), (.seconds(-1), "0n"),
    (.nanoseconds(Int64.max), "2562048H"), (.seconds(Int64.max), "2562048H"),
  ])
  func `a timeout is written in the finest unit that fits, rounded up`(
    duration: Duration, text: String
  ) {
    #expect(Timeout.format(duration) == Array(text.utf8))
  }

  @Test(arguments: [
    ("1n", Duration.nanoseconds(1)), ("1u", .microseconds(1)), ("1m", .milliseconds(1)),
    ("1S", .seconds(1)), ("1M", .seconds(60)), ("1H", .seconds(3600)), ("0n", .zero),
    ("00000001S", .seconds(1)), ("99999999n", .nanoseconds(99_999_999)),
    ("99999999H", .nanoseconds(Int64.max)),
  ])
  func `each unit is read`(text: String, duration: Duration) {
    #expect(Timeout.parse(Array(text.utf8)) == duration)
  }

  @Test(arguments: [
    "", "S", "1", "123456789S", "-1S", "+1S", " 1S", "1 S", "1s", "1x", "1SS", "1.5S", "S1",
    "\u{0661}S",
  ])
  func `anything else is refused`(text: String) {
    #expect(Timeout.parse(Array(text.utf8)) == nil)
  }

  @Test func `what is written is never less than what was meant`() throws {
    var value: Int64 = 1
    while value < Int64.max / 3 {
      let read = try #require(Timeout.parse(Timeout.format(.nanoseconds(value))))
      #expect(read >= .nanoseconds(value))
      value = value * 3 + 1
    }
  }

  @Test func `a sum that Int64 cannot count never passes`() {
    #expect(Deadline.after(.nanoseconds(Int64.max)).isNever)
    #expect(!Deadline.never.hasPassed)
  }

  @Test func `nothing left has passed, and the earlier of two deadlines is the smaller`() {
    #expect(Deadline.after(.zero).hasPassed)
    #expect(!Deadline.after(.seconds(3600)).hasPassed)
    #expect(Deadline.after(.seconds(1)) < Deadline.after(.seconds(2)))
    #expect(Deadline.after(.seconds(1)) < .never)
    #expect(min(.never, Deadline.after(.zero)).hasPassed)
  }
}

import Testing

@testable import LoadTest

@Suite struct PacerTests {
  private func pacer(_ rate: String, start: UInt64 = 0) throws -> Pacer {
    Pacer(startNanoseconds: start, rate: try LoadRate(parsing: rate))
  }

  @Test func `an intended time is exact after a day at a million per second`() throws {
    let pacer = try pacer("1M", start: 17)
    let last: UInt64 = 86_400 * 1_000_000
    #expect(pacer.intended(last) == 17 + 86_400 * 1_000_000_000)
    #expect(pacer.intended(last - 1) == 17 + 86_400 * 1_000_000_000 - 1000)
  }

  @Test func `a rate that does not divide a second rounds down and never drifts`() throws {
    let pacer = try pacer("3")
    let times: [UInt64] = [0, 333_333_333, 666_666_666, 1_000_000_000, 1_333_333_333]
    #expect((0...4).map { pacer.intended($0) } == times)
    #expect(pacer.intended(3_000_000_000) == 1_000_000_000_000_000_000)
  }

  @Test(
    arguments: [
      ("10k", "10s", 100_000), ("3", "1s", 3), ("3", "1ns", 1), ("0.5", "10s", 5),
      ("7", "100ms", 1),
      ("7", "143ms", 2),
    ] as [(String, String, UInt64)])
  func `a run offers exactly the requests whose time lies in it`(
    rate: String, length: String, count: UInt64
  ) throws {
    let pacer = try pacer(rate)
    let length = try LoadDuration(parsing: length)
    #expect(pacer.count(within: length) == count)
    #expect(pacer.intended(count - 1) < length.nanoseconds)
    #expect(pacer.intended(count) >= length.nanoseconds)
  }

  @Test func `what is due grows by one at each intended time`() throws {
    let pacer = try pacer("7k", start: 1000)
    #expect(pacer.due(at: 999) == 0)
    for index: UInt64 in 0..<500 {
      let time = pacer.intended(index)
      #expect(pacer.due(at: time) == index + 1)
      if time > 1000 { #expect(pacer.due(at: time - 1) == index) }
    }
  }

  @Test func `times beyond the end of the clock stay at its end`() throws {
    let pacer = try pacer("0.001", start: 5)
    #expect(pacer.intended(.max) == .max)
    #expect(pacer.due(at: .max) > 0)
  }
}

import Testing

@testable import LoadTest

@Suite struct SelfCheckTests {
  /// 1000 requests that took 10 ms, `late` of them begun with this lag.
  private func record(lag: UInt64, late: Int = 50, took: UInt64 = 10_000_000) -> RunRecord {
    var record = RunRecord()
    for number in 0..<1000 {
      let begin: UInt64 = number < late ? lag : 100
      let times = RequestTimes(
        intended: 0, picked: begin, hasWaited: false, wire: WireTimes(at: begin, end: begin + took))
      record.steps[0].record(Sample(kind: .raw, outcome: .ok, isExpected: true, times: times))
    }
    record.asked = 1000
    record.startedInWindow = 1000
    return record
  }

  private func interval(busiest: Double) -> IntervalLine {
    var line = IntervalLine()
    line.completed = 1
    line.busiest = busiest
    return line
  }

  @Test func `a generator in time is certified`() {
    let check = SelfCheck(Summary(record(lag: 90_000)))
    #expect(check.isCertified)
    #expect(check.achieved == 1)
  }

  @Test func `requests that were not begun in time are not made up for`() {
    var record = record(lag: 100)
    record.startedInWindow = 989
    let check = SelfCheck(Summary(record))
    #expect(check.reasons.count == 1)
    #expect(check.reasons[0].contains("98.9 %"))
    #expect(check.reasons[0].contains("989 of 1000"))
    record.startedInWindow = 990
    #expect(SelfCheck(Summary(record)).isCertified)
  }

  @Test func `a late generator is told by its lag, a little lag only where it matters`() {
    #expect(!SelfCheck(Summary(record(lag: 1_100_000))).isCertified)
    #expect(SelfCheck(Summary(record(lag: 900_000))).isCertified)
    // 900 us of lag are most of a p99 of 2 ms.
    #expect(!SelfCheck(Summary(record(lag: 900_000, took: 1_000_000))).isCertified)
    #expect(SelfCheck(Summary(record(lag: 90_000, took: 1000))).isCertified)
    // Less than one in a hundred is not the p99.
    #expect(SelfCheck(Summary(record(lag: 50_000_000, late: 5))).isCertified)
  }

  @Test func `a worker without a free moment is no witness`() {
    var record = record(lag: 100)
    record.intervals = [interval(busiest: 0.95)] + (0..<19).map { _ in interval(busiest: 0.5) }
    #expect(SelfCheck(Summary(record)).isCertified)
    record.intervals.append(interval(busiest: 0.91))
    let check = SelfCheck(Summary(record))
    #expect(!check.isCertified)
    #expect(check.isSaturated)
  }
}

import Foundation
import Testing

@testable import LoadTest

@Suite struct ScheduleTests {
  private static let second: UInt64 = 1_000_000_000

  private func offsets(_ schedule: Schedule) -> [UInt64] {
    var schedule = schedule
    var offsets: [UInt64] = []
    while let arrival = schedule.next() { offsets.append(arrival.offset) }
    return offsets
  }

  @Test(arguments: [("1k:50k", 2, 51_000), ("50k:1k", 2, 51_000), ("7:11", 10, 90)])
  func `a ramp offers the mean of its ends, rising in a straight line`(
    text: String, seconds: UInt64, count: Int
  ) throws {
    let schedule = Schedule(try RateProfile(parsing: text), length: seconds * Self.second)
    let offsets = offsets(schedule)
    #expect(abs(offsets.count - count) <= 1)
    #expect(abs(Int(schedule.count) - offsets.count) <= 1)
    #expect(offsets == offsets.sorted())
    let parts = text.split(separator: ":").compactMap { try? LoadRate(parsing: String($0)) }
    let (from, to) = (parts[0].perSecond, parts[1].perSecond)
    // After half the time the rate is half way, so this much was offered.
    let half = (from + (from + to) / 2) / 2 * Double(seconds) / 2
    let offered = offsets.count { $0 < seconds * Self.second / 2 }
    #expect(abs(Double(offered) - half) <= 1)
  }

  @Test func `steps hold one rate after the other and say which is which`() throws {
    let steps = try RateProfile(parsing: "10,20,40")
    var schedule = Schedule(steps, length: 3 * Self.second)
    var counts = [0, 0, 0]
    var index: UInt64 = 0
    while let arrival = schedule.next() {
      #expect(arrival.index == index)
      #expect(arrival.offset / Self.second == arrival.step)
      counts[arrival.step] += 1
      index += 1
    }
    #expect(counts == [10, 20, 40])
    #expect(Schedule(steps, length: 3 * Self.second).count == 70)
  }

  @Test func `a count ends a schedule before its length`() throws {
    let schedule = Schedule(
      try RateProfile(parsing: "1k"), length: 10 * Self.second, count: 17)
    #expect(offsets(schedule).count == 17)
    #expect(schedule.count == 17)
  }

  @Test func `poisson gaps have the mean asked for, their own spread, and come from the seed`()
    throws
  {
    func draw(_ seed: UInt64) throws -> [UInt64] {
      offsets(
        Schedule(
          try RateProfile(parsing: "1k"), length: 200 * Self.second, count: 100_000,
          gaps: .poisson(RandomSource(seed: seed))))
    }
    let times = try draw(1)
    #expect(times.count == 100_000)
    #expect(abs(Double(try #require(times.last)) / 1e9 - 100) < 1)
    let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) }
    // Of exponential gaps, 1 − 1/e are shorter than the mean.
    let short = Double(gaps.count { $0 < 1e6 }) / Double(gaps.count)
    #expect(abs(short - (1 - exp(-1))) < 0.01)
    #expect(try draw(1) == times)
    #expect(try draw(2) != times)
  }

  @Test func `workers share a schedule without gaps or doubles, lanes in turn`() throws {
    let configuration = try VirtualRun.configuration(rate: "1k") {
      $0.connections = 5
      $0.ending = .count(1000)
    }
    let plan = RunPlan(configuration, start: 7)
    var indexes: [UInt64] = []
    var lanes = [Int](repeating: 0, count: 5)
    for worker in 0..<2 {
      var loop = OpenLoop(configuration, plan: plan, worker: worker, of: 2)
      while let due = loop.take(at: .max) {
        indexes.append(due.index)
        lanes[due.lane] += 1
        #expect(due.lane % 2 == worker)
        #expect(due.intended == 7 + due.index * 1_000_000)
      }
    }
    #expect(indexes.sorted() == Array(0..<1000))
    #expect(lanes == [200, 200, 200, 200, 200])
  }

  @Test(arguments: ["", "1k:", ":1k", "1k:2k:3k", "1k,", "1k:2k,3k", "0", "1k,x"])
  func `what is no rate is refused`(text: String) {
    #expect(throws: LoadError.self) { try RateProfile(parsing: text) }
  }

  @Test func `hybrid pacing sleeps until 50 us before and then only looks`() {
    let pacing = Pacing.hybrid
    #expect(pacing.wait(for: 1_000_000, at: 0) == .sleep(until: 950_000))
    #expect(pacing.wait(for: 1_000_000, at: 949_999) == .sleep(until: 950_000))
    #expect(pacing.wait(for: 1_000_000, at: 950_000) == .look)
    #expect(pacing.wait(for: 1_000_000, at: 999_999) == .look)
  }

  @Test func `sleeping pacing never looks before the time`() {
    for now: UInt64 in [0, 950_000, 999_999] {
      #expect(Pacing.sleep.wait(for: 1_000_000, at: now) == .sleep(until: 1_000_000))
    }
  }

  @Test(arguments: Pacing.allCases)
  func `what is overdue waits for the sockets and for nothing else`(pacing: Pacing) {
    #expect(pacing.wait(for: 1_000_000, at: 1_000_000) == .look)
    #expect(pacing.wait(for: 1_000_000, at: 9_000_000) == .look)
  }
}

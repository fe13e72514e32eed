import NIOCore
import NIOEmbedded
import Testing

@testable import LoadTest

/// The engine on a clock that stands still until a test moves it.
@Suite struct OpenLoopTests {
  private static let millisecond: UInt64 = 1_000_000
  private static let second: UInt64 = 1_000_000_000

  private func after(_ delay: UInt64) -> (UInt64) -> UInt64? { { $0 + delay } }

  @Test func `a frozen server shows in the latency from the schedule and not in that from send`()
    throws
  {
    let run = try VirtualRun(VirtualRun.configuration(rate: "1k") { $0.streams = 10 }) { sent in
      let freeze = 5 * Self.second..<6 * Self.second
      return freeze.contains(sent) ? freeze.upperBound : sent + Self.millisecond
    }
    let summary = run.run()
    #expect(summary.all.count == 10_000)
    let p95 = try #require(Percentile("95"))
    #expect((400...600).contains(summary.all.fromSchedule.value(at: p95) / Self.millisecond))
    #expect(summary.all.fromSend.value(at: p95) < 10 * Self.millisecond)
    #expect(summary.all.fromSchedule.highest >= 990 * Self.millisecond)
  }

  @Test func `a server that takes 5 ms is seen to take 5 ms by either clock`() throws {
    let run = try VirtualRun(VirtualRun.configuration(rate: "500"), answer: after(5_000_000))
    let summary = run.run()
    #expect(summary.all.count == 5000)
    for histogram in [summary.all.fromSchedule, summary.all.fromSend] {
      #expect(abs(Double(histogram.value(at: .median)) - 5e6) < 5e3)
    }
    #expect(summary.rate >= 499)
    #expect(SelfCheck(summary).isCertified)
  }

  @Test(arguments: [("10k", 100_000), ("777", 7770), ("1k:3k", 20_000), ("3k:1k", 20_000)])
  func `a run offers what its rate and length say, no request skipped or doubled`(
    rate: String, count: UInt64
  ) throws {
    let run = try VirtualRun(VirtualRun.configuration(rate: rate), answer: after(100))
    let summary = run.run()
    #expect(summary.started == count)
    #expect(summary.asked == count)
    #expect(summary.all.count == count)
    let sent = try #require(run.link).sentTimes
    #expect(sent == sent.sorted())
  }

  @Test func `a due request that finds no stream waits, and its wait is told apart`() throws {
    let run = try VirtualRun(
      VirtualRun.configuration(rate: "1k") {
        $0.streams = 1
        $0.ending = .count(10)
      }, answer: after(10 * Self.millisecond))
    let summary = run.run()
    // The tenth is due after 9 ms, sent after 90 and answered after 100.
    #expect(summary.all.fromSchedule.highest / 100_000 == 910)
    #expect(summary.all.fromSend.highest / 100_000 == 100)
    #expect(summary.part(.streamWait).highest / 100_000 == 810)
    #expect(summary.part(.scheduleLag).highest <= 1)
  }

  @Test func `requests later than the limit are shed, which is an error`() throws {
    let run = try VirtualRun(
      VirtualRun.configuration(rate: "1k") {
        $0.streams = 1
        $0.ending = .count(10)
        $0.shedAfter = LoadDuration(nanoseconds: 20 * Self.millisecond)
      }, answer: after(10 * Self.millisecond))
    let summary = run.run()
    #expect(summary.count(of: .ok) == 3)
    #expect(summary.count(of: .shed) == 7)
    #expect(summary.errorRate == 0.7)
    #expect(run.link?.sentTimes.count == 3)
  }

  @Test func `what has no answer after the drain is unfinished, waiting or not`() throws {
    let run = try VirtualRun(
      VirtualRun.configuration(rate: "1k") {
        $0.streams = 4
        $0.ending = .count(10)
        $0.drain = .seconds(2)
      }, answer: { _ in nil })
    let summary = run.run()
    #expect(summary.unfinished == 10)
    #expect(summary.all.count == 10)
    #expect(summary.all.fromSend.lowest >= 1_990 * Self.millisecond)
  }

  @Test func `a request that passes its own limit ends at it`() throws {
    let run = try VirtualRun(
      VirtualRun.configuration(rate: "100") {
        $0.ending = .count(10)
        $0.timeout = LoadDuration(nanoseconds: 30 * Self.millisecond)
      }, answer: { $0 < 45_000_000 ? $0 + 1000 : nil })
    let summary = run.run()
    #expect(summary.count(of: .ok) == 5)
    #expect(summary.count(of: .deadline) == 5)
    let late = try #require(summary.outcomes.last).latency.fromSend
    #expect(late.lowest / Self.millisecond == 30)
    #expect(late.highest / Self.millisecond == 30)
  }

  @Test func `warm-up is offered at the same rate and is in no figure`() throws {
    let run = try VirtualRun(
      VirtualRun.configuration(rate: "1k") {
        $0.warmUp = .seconds(3)
        $0.ending = .duration(.seconds(2))
      }, answer: after(1000))
    let summary = run.run()
    #expect(summary.warmUps == 3000)
    #expect(summary.all.count == 2000)
    #expect(run.link?.sentTimes.count == 5000)
    #expect(summary.intervals.map(\.isWarmUp) == [true, true, true, false, false])
    #expect(summary.intervals.map(\.asked) == [0, 0, 0, 1000, 1000])
  }

  @Test func `each step has its own figures`() throws {
    let configuration = try VirtualRun.configuration(rate: "100,200,300") {
      $0.stepLength = .seconds(2)
    }
    let run = try VirtualRun(configuration) { sent in
      sent + (sent / (2 * Self.second) + 1) * Self.millisecond
    }
    let summary = run.run()
    #expect(summary.started == 1200)
    #expect(run.worker.record.steps.count == 3)
    #expect(summary.all.count == 1200)
  }

  @Test func `an interrupted run sends nothing more and waits a second at most`() throws {
    let run = try VirtualRun(VirtualRun.configuration(rate: "1k"), answer: { _ in nil })
    run.loop.scheduleTask(deadline: .uptimeNanoseconds(50 * Self.millisecond)) {
      run.control.interrupt(signal: 2)
    }
    let summary = run.run()
    #expect((50...80).contains(summary.started))
    #expect(summary.unfinished == summary.started)
    #expect(summary.all.fromSend.highest < 1_200 * Self.millisecond)
  }
}

import NIOCore
import NIOEmbedded
import Testing

@testable import LoadTest

/// Connections that go away in the middle of a schedule, on a clock that a test moves.
@Suite struct ReconnectionTests {
  private static let millisecond: UInt64 = 1_000_000

  /// A second at 1000/s, each answer after 20 ms; what befalls the connection does so at 500.5 ms.
  private func run(_ event: @escaping (VirtualLink) -> Void) throws -> (VirtualRun, Summary) {
    let run = try VirtualRun(
      VirtualRun.configuration(rate: "1k") { $0.ending = .duration(.seconds(1)) },
      answer: { $0 + 20 * Self.millisecond })
    run.loop.scheduleTask(deadline: .uptimeNanoseconds(500_500_000)) {
      if let link = run.link { event(link) }
    }
    return (run, run.run())
  }

  @Test func `a lost connection is opened again after 100 ms, and the schedule goes on`() throws {
    var inFlight = 0
    let (run, summary) = try run { link in
      inFlight = link.inFlight
      link.vanish()
    }
    #expect(inFlight == 20)
    #expect(summary.count(of: .transport(.closed)) == 20)
    #expect(summary.count(of: .ok) == 980)
    #expect(summary.started == 1000)
    #expect(summary.reopened == 1)
    #expect(run.links.map(\.openedAt) == [0, 600_500_000])
    // What was due meanwhile left at once when it could, with its own intended time.
    let second = try #require(run.links.last).sentTimes
    #expect(second.prefix(100).allSatisfy { $0 == 600_500_000 })
    #expect(second.count == 499)
    #expect(summary.all.fromSchedule.highest / Self.millisecond == 119)
    #expect(summary.all.fromSend.highest / Self.millisecond == 20)
  }

  @Test func `after GOAWAY a new connection takes over without a gap in the schedule`() throws {
    let (run, summary) = try run { $0.goAway(serving: 5) }
    #expect(summary.count(of: .transport(.goaway)) == 15)
    #expect(summary.count(of: .ok) == 985)
    #expect(summary.reopened == 1)
    #expect(run.links.map(\.openedAt) == [0, 500_500_000])
    #expect(run.links.map(\.sentTimes.count) == [501, 499])
    let sent = run.links.flatMap(\.sentTimes)
    #expect(sent == (0..<1000).map { $0 * Self.millisecond })
    #expect(summary.all.fromSchedule.highest / Self.millisecond == 20)
  }
}

import Testing

@testable import LoadTest

/// Connections that carry one request at a time, on a clock that a test moves.
@Suite struct WaitingLineTests {
  private static let millisecond: UInt64 = 1_000_000

  private func configuration(
    connections: Int, rate: String
  ) throws -> RunConfiguration {
    try VirtualRun.configuration(rate: rate) {
      $0.workload.content = .mix(try RequestMix(parsing: "check-stock=1"))
      $0.target = nil
      $0.rest = TargetAddress(host: "stub", port: 1)
      $0.connections = connections
      $0.streams = 1
      $0.ending = .duration(.seconds(1))
    }
  }

  @Test func `a slow answer delays nobody while a connection is idle`() throws {
    let run = try VirtualRun(configuration(connections: 3, rate: "100")) { sent in
      sent == 0 ? 500 * Self.millisecond : sent + Self.millisecond
    }
    let latency = run.run().all.fromSchedule
    #expect(latency.count == 100)
    #expect(latency.count(upTo: Self.millisecond * 101 / 100) == 99)
    #expect(latency.highest >= 500 * Self.millisecond)
  }

  @Test func `two connections do the work of a third that is held up`() throws {
    // A request is due every 5 ms and takes 10 ms: two connections carry that exactly, and the
    // third is held up by the first request.
    let run = try VirtualRun(configuration(connections: 3, rate: "200")) { sent in
      sent == 0 ? 100 * Self.millisecond : sent + 10 * Self.millisecond
    }
    let summary = run.run()
    #expect(summary.all.count == 200)
    #expect(summary.count(of: .ok) == 200)
    #expect(summary.all.fromSchedule.count(upTo: Self.millisecond * 101 / 10) == 199)
  }

  @Test func `a line that grows is served in order and counted whole`() throws {
    // 100 a second are due and 20 are served: the last of those that were due in the second wait
    // four more, and first in is first out, so that latency grows with each by the same amount.
    let run = try VirtualRun(configuration(connections: 2, rate: "100")) { sent in
      sent + 100 * Self.millisecond
    }
    let latency = run.run().all.fromSchedule
    #expect(latency.count == 100)
    #expect((4000...4150).contains(latency.highest / Self.millisecond))
    #expect((1950...2200).contains(latency.value(at: .median) / Self.millisecond))
  }
}

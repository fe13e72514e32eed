import RPC
import Testing

@testable import LoadTest

@Suite struct RecorderShardTests {
  private let request = LoadRequest(kind: .raw, role: .target, path: "/a/b", body: [])
  private func shard(windowEnds: UInt64 = .max) -> RecorderShard {
    RecorderShard(expectation: .standard, windowEnds: windowEnds)
  }

  @Test func `a request that was given up counts once, its late answer not at all`() {
    let shard = shard()
    shard.begin(request, slot: 3, at: 100)
    shard.giveUp(at: 400)
    shard.end(slot: 3, .ok, reason: nil, at: 401)
    let recorder = shard.totals.recorder
    #expect(recorder.overall.count == 1)
    #expect(recorder.count(of: .unfinished) == 1)
    #expect(recorder.overall.highest == 300)
    #expect(recorder.unexpected == 1)
  }

  @Test func `a request begun after the giving up is unfinished at once`() {
    let shard = shard()
    shard.giveUp(at: 1)
    shard.begin(request, slot: 0, at: 2)
    shard.end(slot: 0, .ok, reason: nil, at: 3)
    #expect(shard.totals.recorder.count(of: .unfinished) == 1)
    #expect(shard.totals.recorder.overall.count == 1)
  }

  @Test func `answers after the window are recorded and belong to no rate`() {
    let shard = shard(windowEnds: 1000)
    for (slot, end) in [(0, 999), (1, 1000), (2, 1001)] as [(Int, UInt64)] {
      shard.begin(request, slot: slot, at: 1)
      shard.end(slot: slot, .ok, reason: nil, at: end)
    }
    #expect(shard.totals.completedInWindow == 2)
    #expect(shard.totals.recorder.overall.count == 3)
    #expect(shard.totals.lastAnswer == 1001)
  }

  @Test func `an interval is taken once and leaves the totals whole`() {
    let shard = shard()
    shard.begin(request, slot: 0, at: 1)
    shard.begin(request, slot: 1, at: 1)
    shard.end(slot: 0, .status(.unavailable), reason: nil, at: 11)
    let first = shard.takeInterval()
    #expect(first.inFlight == 1)
    #expect(first.figures.latency.count == 1)
    #expect(first.figures.unexpected == 1)
    #expect(shard.takeInterval().figures.latency.count == 0)
    #expect(shard.totals.recorder.overall.count == 1)
  }
}

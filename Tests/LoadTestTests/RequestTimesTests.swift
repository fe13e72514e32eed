import Testing

@testable import LoadTest

@Suite struct RequestTimesTests {
  private func times(
    _ moments: [UInt64], hasWaited: Bool = false, intended: UInt64? = 100
  ) -> RequestTimes {
    var wire = WireTimes(at: moments[1], end: moments[4])
    wire.bodySent = moments[2]
    wire.firstByte = moments[3]
    return RequestTimes(
      intended: intended, picked: moments[0], hasWaited: hasWaited, wire: wire)
  }

  private func sum(_ times: RequestTimes) -> UInt64 {
    let parts = times.parts
    return parts.lag + parts.stream + parts.flow + parts.server + parts.reply
  }

  @Test func `the parts are where the time went`() {
    let late = times([130, 150, 180, 220, 270])
    #expect(late.parts == (50, 0, 30, 40, 50))
    #expect(late.lag == 50)
    let waited = times([130, 150, 180, 220, 270], hasWaited: true)
    #expect(waited.parts == (30, 20, 30, 40, 50))
    #expect(waited.lag == 30)
    #expect(waited.fromSchedule == 170)
    #expect(waited.fromSend == 120)
  }

  @Test func `the parts add up to the latency from the schedule whatever came first`() {
    var random = RandomSource(seed: 3)
    for _ in 0..<2000 {
      // A server may answer before it has the whole request, and clocks are read in batches.
      let moments = (0..<4).map { _ in 100 + random.below(50) } + [150 + random.below(50)]
      let times = times(moments, hasWaited: random.below(2) == 0)
      #expect(sum(times) == times.fromSchedule)
    }
  }

  @Test func `a request that never left has waited since it was due, by either clock`() {
    let times = RequestTimes(neverSent: 100, picked: 120, end: 500)
    #expect(times.fromSchedule == 400)
    #expect(times.fromSend == 400)
    #expect(times.lag == 20)
    #expect(sum(times) == 400)
  }

  @Test func `a closed loop has no schedule to measure from`() {
    let times = times([130, 150, 180, 220, 270], intended: nil)
    #expect(times.fromSchedule == nil)
    #expect(times.lag == nil)
    #expect(times.fromSend == 120)
  }
}

/// The statistics of a run without servers and without waiting, so that a benchmark can hold a
/// watch to them alone.
package enum Rehearsal {
  /// Records requests as a worker does.
  /// - Parameter isOpen: with times from a schedule, which a closed loop has not.
  /// - Returns: how many there are now, which is how many were asked for.
  package static func record(_ count: UInt64, isOpen: Bool) -> UInt64 {
    var record = IntervalRecord(steps: 1, kinds: [.raw])
    var random = RandomSource(seed: count)
    fill(&record, count, isOpen: isOpen, from: &random)
    return record.steps[0].count
  }

  /// Records the requests of a closed loop, adds them up interval by interval and makes the JSON of
  /// the result.
  /// - Returns: how many bytes the JSON has.
  package static func account(for count: UInt64, intervals: Int) throws(LoadError) -> Int {
    var configuration = RunConfiguration()
    configuration.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: []))
    configuration.target = TargetAddress(host: "rehearsal", port: 1)
    configuration.ending = .duration(.seconds(UInt32(clamping: max(intervals, 1))))
    var collector = RunCollector(configuration, plan: RunPlan(configuration, start: 0), threads: [])
    var record = IntervalRecord(steps: 1, kinds: [.raw])
    var random = RandomSource(seed: count)
    for second in 1...max(intervals, 1) {
      fill(&record, count / UInt64(max(intervals, 1)), isOpen: false, from: &random)
      _ = collector.add([record], at: UInt64(second) * 1_000_000_000)
      record.reset()
    }
    let summary = Summary(collector.finish(isCutShort: false))
    let result = RunResult(
      configuration: configuration, summary: summary, steps: [], gates: [],
      selfCheck: SelfCheck(summary), interruption: nil, startTime: "", connectionsOpened: 1,
      connectNanoseconds: 0, host: .current())
    return ResultDocument(result).text.utf8.count
  }

  /// Times are spread as those of a quick server are: most below 130 us, the longest a second.
  private static func fill(
    _ record: inout IntervalRecord, _ count: UInt64, isOpen: Bool, from random: inout RandomSource
  ) {
    for index in 0..<count {
      let begin = index &* 10_000
      let bits = random.next()
      let took = (bits & 0x1FFFF) << (bits >> 32 & 0x3FF == 0 ? 13 : 0)
      var wire = WireTimes(at: begin &+ 900, end: begin &+ 1000 &+ took)
      wire.bodySent = begin &+ 950
      wire.firstByte = begin &+ 990 &+ took
      let times = RequestTimes(
        intended: isOpen ? begin : nil, picked: begin &+ 700, hasWaited: false, wire: wire)
      record.steps[0].record(
        Sample(kind: .raw, outcome: .ok, isExpected: true, times: times))
    }
  }
}

import RPC
import Testing

@testable import LoadTest

@Suite struct RecorderTests {
  private func sample(
    _ outcome: Outcome, _ nanoseconds: UInt64 = 5, reason: String? = nil, isExpected: Bool = true,
    kind: RequestKind = .raw
  ) -> Sample {
    Sample(
      kind: kind, outcome: outcome, reason: reason, isExpected: isExpected,
      nanoseconds: nanoseconds)
  }

  @Test func `every sample is in the overall histogram and in that of its outcome`() {
    var recorder = Recorder()
    for (number, outcome) in Outcome.all.enumerated() {
      for _ in 0...number { recorder.record(sample(outcome, UInt64(number + 1))) }
    }
    let total = UInt64((1...Outcome.all.count).reduce(0, +))
    #expect(recorder.latency().count == total)
    #expect(Outcome.all.reduce(0) { $0 + recorder.count(of: $1) } == total)
    for (number, outcome) in Outcome.all.enumerated() {
      #expect(recorder.count(of: outcome) == UInt64(number + 1))
      #expect(recorder.latency { $0.outcome == outcome }.fromSend.highest == UInt64(number + 1))
    }
  }

  @Test func `adding recorders is the same as recording all in one`() {
    var all = Recorder()
    var one = Recorder()
    var other = Recorder()
    for number: UInt64 in 0..<300 {
      let sample = sample(
        Outcome.all[Int(number) % Outcome.all.count], number, reason: "R\(number % 5)",
        isExpected: number.isMultiple(of: 3), kind: number < 150 ? .checkStock : .placeOrder)
      all.record(sample)
      if number.isMultiple(of: 2) { one.record(sample) } else { other.record(sample) }
    }
    one.add(other)
    // Cells stand in the order in which they first happened, which is not the same.
    #expect(Summary(RunRecord(steps: [one])) == Summary(RunRecord(steps: [all])))
    #expect(all.unexpected == 200)
  }

  @Test func `reasons are counted up to the bound and the rest together`() {
    var recorder = Recorder()
    let failure = Outcome.status(.failedPrecondition)
    for number in 0..<Recorder.reasonsMax + 10 {
      recorder.record(sample(failure, reason: "REASON_\(number)"))
    }
    recorder.record(sample(failure, reason: "REASON_0"))
    #expect(recorder.reasons[.init(outcome: failure, name: "REASON_0")] == 2)
    #expect(recorder.reasons[.init(outcome: failure, name: Recorder.otherReason)] == 10)
    #expect(recorder.reasons.count == Recorder.reasonsMax + 1)
  }

  @Test func `a recorder that was emptied counts like a new one`() {
    var recorder = Recorder()
    recorder.record(sample(.malformed, 7, reason: "A", isExpected: false))
    recorder.reset()
    #expect(recorder.count == 0)
    recorder.record(sample(.ok, 3))
    var fresh = Recorder()
    fresh.record(sample(.ok, 3))
    #expect(Summary(RunRecord(steps: [recorder])) == Summary(RunRecord(steps: [fresh])))
  }
}

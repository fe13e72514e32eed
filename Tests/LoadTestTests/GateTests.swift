import RPC
import Testing

@testable import LoadTest

@Suite struct GateTests {
  /// 1000 requests from 1 ms to 1000 ms, the first ten not as expected, over 10 s.
  private func summary(_ count: UInt64 = 1000) -> Summary {
    var record = RunRecord()
    for number in 0..<count {
      record.steps[0].record(
        Sample(
          kind: .raw, outcome: number < 10 ? .malformed : .ok, isExpected: number >= 10,
          nanoseconds: (number + 1) * 1_000_000))
    }
    record.completedInWindow = count
    record.windowNanoseconds = 10_000_000_000
    return Summary(record)
  }

  @Test func `a value equal to the limit passes and one beyond it fails`() throws {
    let highest = Double(summary().latency.highest)
    #expect(highest == 1e9)
    let gates: [(Gate, Bool)] = [
      (try Gate(parsing: "max=1000ms"), true), (try Gate(parsing: "max=999ms"), false),
      (try Gate(parsing: "p50=501ms"), true), (try Gate(parsing: "p50=499ms"), false),
      (try Gate(parsing: "mean=502ms"), true), (try Gate(parsing: "mean=499ms"), false),
      (try .errorRate(atMost: LoadShare(parsing: "1%")), true),
      (try .errorRate(atMost: LoadShare(parsing: "0.99%")), false),
      (try .rate(atLeast: LoadRate(parsing: "100")), true),
      (try .rate(atLeast: LoadRate(parsing: "100.1")), false),
    ]
    for (gate, passes) in gates {
      #expect(GateResult(gate, summary()).passed == passes, "\(gate)")
    }
  }

  @Test func `a run without a request passes no gate`() throws {
    for gate in [
      try Gate(parsing: "p99=1h"), try .errorRate(atMost: LoadShare(parsing: "100%")),
      try .rate(atLeast: LoadRate(parsing: "0.001")),
    ] {
      let result = GateResult(gate, summary(0))
      #expect(!result.passed)
      #expect(result.measured == nil)
    }
  }

  @Test func `a prefix narrows a gate to one kind or to the latency from send`() throws {
    var record = RunRecord()
    for number: UInt64 in 1...100 {
      let times = RequestTimes(
        intended: 0, picked: 0, hasWaited: false,
        wire: WireTimes(at: 80_000_000, end: 80_000_000 + number * 100_000))
      let kind: RequestKind = number > 90 ? .placeOrder : .checkStock
      record.steps[0].record(Sample(kind: kind, outcome: .ok, isExpected: true, times: times))
    }
    let summary = Summary(record)
    let gates: [(String, Bool)] = [
      ("max=91ms", true), ("max=89ms", false), ("sent:max=11ms", true), ("sent:max=9ms", false),
      ("check-stock:max=90ms", true), ("check-stock:max=88ms", false),
      ("place-order:p50=88ms", false), ("check-stock:sent:max=9100us", true),
      ("sent:check-stock:max=8900us", false), ("raw:max=1h", false),
    ]
    for (text, passes) in gates {
      #expect(GateResult(try Gate(parsing: text), summary).passed == passes, "\(text)")
    }
  }

  @Test func `a gate is lost only when no rest of the run can save it`() throws {
    // 1000 of the 2000 requests to come, ten of them not as expected.
    let watch = { (text: String) throws -> Gate? in
      BreachWatch(gates: [try Gate(parsing: text)], expectedCount: 2000).breach(self.summary())
    }
    #expect(try watch("max=1s") == nil)
    #expect(try watch("max=900ms") != nil)
    // 1000 of 2000 may be above the median, so 500 ms can still come out.
    #expect(try watch("p50=1ms") == nil)
    #expect(try watch("p60=100ms") != nil)
    #expect(try watch("mean=1ns") == nil)
    let share = BreachWatch(
      gates: [.errorRate(atMost: try LoadShare(parsing: "0.5%"))], expectedCount: 2000)
    #expect(share.breach(summary()) == nil)
    let tight = BreachWatch(
      gates: [.errorRate(atMost: try LoadShare(parsing: "0.4%"))], expectedCount: 2000)
    #expect(tight.breach(summary()) != nil)
    let open = BreachWatch(gates: tight.gates, expectedCount: nil)
    #expect(open.breach(summary()) == nil)
  }

  @Test(arguments: [
    "", "sent:", "sent:sent:p99=1ms", "buy:p99=1ms", "raw:raw:max=1s", ":p99=1ms", "p99", "p99=",
    "=5ms", "p=5ms", "p0=5ms", "p101=5ms", "q99=5ms",
    "p99=5", "p99=5ms=6ms", "MAX=1s",
  ])
  func `what is no gate is refused`(text: String) {
    #expect(throws: LoadError.self) { try Gate(parsing: text) }
  }
}

import RPC
import Testing

@testable import LoadTest

@Suite struct GateTests {
  /// 1000 requests from 1 ms to 1000 ms, the first ten not as expected, over 10 s.
  private func summary(_ count: UInt64 = 1000) -> Summary {
    var record = LoopRecord()
    for number in 0..<count {
      record.recorder.record(
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

  @Test(arguments: [
    "", "p99", "p99=", "=5ms", "p=5ms", "p0=5ms", "p101=5ms", "q99=5ms",
    "p99=5", "p99=5ms=6ms", "MAX=1s",
  ])
  func `what is no gate is refused`(text: String) {
    #expect(throws: LoadError.self) { try Gate(parsing: text) }
  }
}

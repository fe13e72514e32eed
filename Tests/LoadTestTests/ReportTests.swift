import Foundation
import RPC
import Testing

@testable import LoadTest

@Suite struct ReportTests {
  private func result(
    interruption: Int32? = nil, _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> RunResult {
    var configuration = RunConfiguration()
    configuration.workload.seed = 4711
    configuration.gates = [
      try Gate(parsing: "p99=5ms"), .errorRate(atMost: try LoadShare(parsing: "0.1%")),
    ]
    try change(&configuration)
    var record = RunRecord()
    record.started = 1001
    record.warmUps = 33
    record.completedInWindow = 990
    record.windowNanoseconds = 1_000_000_000
    for number: UInt64 in 0..<1000 {
      let isShort = number.isMultiple(of: 100)
      record.steps[0].record(
        Sample(
          kind: isShort ? .placeOrder : .checkStock,
          outcome: isShort ? .status(.failedPrecondition) : .ok,
          reason: isShort ? "OUT_OF_STOCK" : nil, isExpected: true, nanoseconds: 1_000_000))
    }
    record.steps[0].record(
      Sample(kind: .checkStock, outcome: .unfinished, isExpected: false, nanoseconds: .max))
    let summary = Summary(record)
    return RunResult(
      configuration: configuration, summary: summary, steps: [],
      gates: interruption == nil ? configuration.gates.map { GateResult($0, summary) } : [],
      selfCheck: SelfCheck(summary), interruption: interruption, startTime: "2026-01-02T03:04:05Z",
      connectionsOpened: 2,
      connectNanoseconds: 1_500_000, host: HostFacts(processor: "a \"CPU\"", cores: 2, kernel: "k"))
  }

  @Test func `the report says what was sent, what came of it and what a closed loop hides`() throws
  {
    let text = Report(try result(), hasColour: false).text
    for line in [
      "closed loop: 50 in flight over 1 connection(s) of 100 streams to each server",
      "inventory: 127.0.0.1:50051", "orders: 127.0.0.1:50052", "seed: 4711",
      "warm-up: 33 requests", "requests: 1000 completed, 1 unfinished", "rate: 990.0/s over 1.00 s",
      "error rate: 0.100 % (1 of 1001 not as expected)",
      "latency from send (closed loop: stalls are under-reported)",
      "overflow: 1 took more than 1 h and count as 1 h", "PASS p99 <= 5ms, measured 1.00 ms",
      "PASS error rate <= 0.1%, measured 0.0999%",
    ] {
      #expect(text.contains(line + "\n") || text.contains("  \(line)\n"), "\(line)")
    }
    #expect(text.contains("FAILED_PRECONDITION/OUT_OF_STOCK"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func `percentiles are those asked for, and rough ones are marked`() throws {
    let result = try result { $0.percentiles = try Percentile.list(parsing: "50,99.9") }
    let lines = Report(result, hasColour: false).text.split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("  p") }
    #expect(rows.count == 2)
    #expect(rows.first?.hasSuffix("1.00 ms") == true)
    #expect(rows.last?.hasSuffix(" ~") == true)
  }

  @Test func `colours come only where they are wanted`() throws {
    #expect(Report(try result(), hasColour: true).text.contains("\u{1B}[32mPASS\u{1B}[0m"))
  }

  @Test func `a failed gate is exit 3 and an interruption says so`() throws {
    let failed = try result { $0.gates = [try Gate(parsing: "p99=5us")] }
    #expect(failed.exitCode == 3)
    #expect(Report(failed, hasColour: false).text.contains("FAIL p99 <= 5us, measured 1.00 ms"))
    let interrupted = try result(interruption: 2)
    #expect(interrupted.exitCode == 130)
    #expect(Report(interrupted, hasColour: false).text.contains("INTERRUPTED"))
    #expect(try result().exitCode == 0)
  }

  @Test func `the JSON is read by another reader with every figure in it`() throws {
    let text = ResultDocument(try result()).text
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["schema"] as? Int == 1)
    #expect(object["seed"] as? Int == 4711)
    #expect(object["exit_code"] as? Int == 0)
    #expect(object["interrupted"] as? Bool == false)
    #expect(object["start_time"] as? String == "2026-01-02T03:04:05Z")
    let tool = try #require(object["tool"] as? [String: Any])
    #expect(tool["version"] as? String == ToolVersion.version)
    #expect(tool.keys.contains("commit"))
    let host = try #require(object["host"] as? [String: Any])
    #expect(host["cpu"] as? String == "a \"CPU\"")
    let counts = try #require(object["counts"] as? [String: Int])
    #expect(counts["started"] == 1001)
    #expect(counts["completed"] == 1000)
    #expect(counts["unfinished"] == 1)
    #expect(counts["warm_up"] == 33)
    let outcomes = try #require(object["outcomes"] as? [[String: Any]])
    let names = ["OK", "FAILED_PRECONDITION", "unfinished"]
    #expect(outcomes.compactMap { $0["outcome"] as? String } == names)
    #expect(outcomes.compactMap { $0["count"] as? Int } == [990, 10, 1])
    let reasons = try #require(object["reasons"] as? [[String: Any]])
    #expect(reasons.first?["reason"] as? String == "OUT_OF_STOCK")
    let latency = try #require(object["latency"] as? [String: Any])
    #expect(latency["from_schedule"] is NSNull)
    let sent = try #require(latency["from_send"] as? [String: Any])
    #expect(sent["count"] as? Int == 1001)
    #expect((sent["percentiles"] as? [[String: Any]])?.count == 8)
    let gates = try #require(object["gates"] as? [[String: Any]])
    #expect(gates.compactMap { $0["passed"] as? Bool } == [true, true])
    #expect(gates.first?["limit"] as? Double == 5_000_000)
    let configuration = try #require(object["configuration"] as? [String: Any])
    #expect(configuration["concurrency"] as? Int == 50)
    #expect(configuration["duration_ns"] as? Int == 10_000_000_000)
    #expect((configuration["workload"] as? [String: Any])?["zipf"] as? Double == 1.1)
  }

  @Test func `JSON escapes what it must and has no number that is none`() throws {
    let value: JSONValue = [
      "text": .text("\"\\\n\t\u{1}\u{7F}é😈"), "no": .number(.infinity), "small": .number(1e-9),
      "empty": .array([]), "none": .object([]),
    ]
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(value.document.utf8)) as? [String: Any])
    #expect(object["text"] as? String == "\"\\\n\t\u{1}\u{7F}é😈")
    #expect(object["no"] is NSNull)
    #expect(object["small"] as? Double == 1e-9)
    #expect(value.document.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
  }

  @Test func `a progress line tells rate, latency, errors and requests in flight`() {
    var interval = IntervalLine()
    interval.seconds = 0.5
    interval.completed = 100
    interval.errors = 3
    interval.inFlight = 7
    interval.p50 = 2_000_000
    interval.p99 = 2_000_000
    let line = ProgressLine(interval: interval, elapsedSeconds: 3)
    #expect(line.description == "3 s  200/s  p50 2.00 ms  p99 2.00 ms  errors 3  in flight 7")
    interval.asked = 110
    interval.waiting = 4
    let open = ProgressLine(interval: interval, elapsedSeconds: 3)
    #expect(
      open.description
        == "3 s  200 of 220/s  p50 2.00 ms  p99 2.00 ms  errors 3  in flight 7  waiting 4")
  }
}

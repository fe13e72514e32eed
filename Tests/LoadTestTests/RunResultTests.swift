import Testing

@testable import LoadTest

/// What a run comes to: its verdict on itself, its exit code, and the words for both.
@Suite struct RunResultTests {
  private struct Facts {
    var isOpen = true
    /// Of 1000 requests that the schedule asked for.
    var begun: UInt64 = 1000
    var gates = ["max=1s"]
    var violations = 0
    var interruption: Int32?
    var busiest = 0.2
    var processors = ProcessorShare()
    var address = TargetAddress(host: "127.0.0.1", port: 1)
  }

  private func result(_ change: (inout Facts) -> Void = { _ in }) throws -> RunResult {
    var facts = Facts()
    change(&facts)
    var configuration = RunConfiguration()
    configuration.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: []))
    configuration.target = facts.address
    if facts.isOpen { configuration.load = .open(try RateProfile(parsing: "1k"), .uniform) }
    configuration.gates = try facts.gates.map { try Gate(parsing: $0) }
    var record = RunRecord()
    for _ in 0..<1000 {
      let times = RequestTimes(
        intended: facts.isOpen ? 0 : nil, picked: 0, hasWaited: false,
        wire: WireTimes(at: 0, end: 10_000_000))
      record.steps[0].record(Sample(kind: .raw, outcome: .ok, isExpected: true, times: times))
    }
    if facts.isOpen { record.asked = 1000 }
    record.startedInWindow = facts.begun
    record.completedInWindow = 1000
    record.windowNanoseconds = 1_000_000_000
    record.processors = facts.processors
    var interval = IntervalLine()
    interval.completed = 1000
    interval.busiest = facts.busiest
    record.intervals = [interval]
    let summary = Summary(record)
    var verification = VerificationReport()
    for _ in 0..<facts.violations { verification.add(Violation("r", expected: "1", found: "2")) }
    return RunResult(
      configuration: configuration, summary: summary, steps: [],
      gates: facts.interruption == nil ? configuration.gates.map { GateResult($0, summary) } : [],
      selfCheck: SelfCheck(summary), interruption: facts.interruption,
      startTime: "2026-01-02T03:04:05Z", connectionsOpened: 1, connectNanoseconds: 1,
      host: HostFacts(processor: "p", cores: 2, kernel: "k"), verification: .done(verification))
  }

  private func text(_ result: RunResult) -> String { Report(result, hasColour: false).text }

  @Test func `the exit code is the gravest of what went wrong`() throws {
    #expect(try result().exitCode == 0)
    #expect(try result { $0.gates = ["max=1ns"] }.exitCode == 3)
    // A generator that was the limit proves nothing by its gates, passed or not.
    #expect(try result { $0.begun = 500 }.exitCode == 4)
    #expect(
      try result {
        $0.begun = 500
        $0.gates = ["max=1ns"]
      }.exitCode == 4)
    #expect(try result { $0.violations = 1 }.exitCode == 5)
    #expect(
      try result {
        $0.begun = 500
        $0.gates = ["max=1ns"]
        $0.violations = 1
      }.exitCode == 5)
    #expect(
      try result {
        $0.violations = 1
        $0.interruption = 15
      }.exitCode == 143)
  }

  @Test func `a run that is not certified says why, and fails only where a gate was asked for`()
    throws
  {
    let late = try result {
      $0.begun = 500
      $0.gates = []
    }
    #expect(late.exitCode == 0)
    let reason = "50.0 % of the rate asked for was sent (500 of 1000 requests); it takes 99.0 %"
    #expect(text(late).contains("NOT CERTIFIED: \(reason)\n"))
    let value = ResultDocument(late).value
    #expect(value["certified"] == .bool(false))
    #expect(value["reasons_not_certified"] == .array([.text(reason)]))
    let good = ResultDocument(try result()).value
    #expect(good["certified"] == .bool(true))
    #expect(good["reasons_not_certified"] == .array([]))
    #expect(try !text(result()).contains("CERTIFIED"))
  }

  @Test func `a closed loop whose generator was the limit claims no more than at least its rate`()
    throws
  {
    let saturated = try result {
      $0.isOpen = false
      $0.busiest = 0.95
    }
    #expect(text(saturated).contains("rate: at least 1000.0/s over 1.00 s"))
    #expect(saturated.exitCode == 4)
    let free = try result { $0.isOpen = false }
    #expect(text(free).contains("rate: 1000.0/s over 1.00 s"))
    #expect(!text(free).contains("at least"))
    // An open loop asked for a rate and says whether it was kept.
    #expect(try !text(result { $0.busiest = 0.95 }).contains("at least"))
  }

  @Test func `the report tells what the tool cost, how busy the host was and where the server is`()
    throws
  {
    var share = ProcessorShare()
    share.ownSeconds = 0.005
    share.host = 0.951
    share.stolen = 0.02
    let busy = try result { $0.processors = share }
    #expect(
      text(busy).contains(
        "tool: 5.00 us of processor for each request, host 95.100 % busy, 2.000 % stolen,"
          + " a server is on this host\n"))
    #expect(text(busy).contains("note: the host was busy for more than 95.000 %\n"))
    #expect(busy.exitCode == 0)  // A note, not a verdict.
    #expect(busy.selfCheck.isCertified)
    share.host = 0.95
    let far = try result {
      $0.processors = share
      $0.address = TargetAddress(host: "192.0.2.7", port: 1)
    }
    #expect(!text(far).contains("note: "))
    #expect(!text(far).contains("on this host"))
    let stored = ResultDocument(busy).value["processors"]
    #expect(stored?["host_busy"] == .number(0.951))
    #expect(stored?["stolen"] == .number(0.02))
    #expect(stored?["tool_us_per_request"] == .number(5))
    #expect(stored?["server_on_host"] == .bool(true))
  }

  @Test func `a part that took no time is nothing, not a nanosecond`() throws {
    let lines = text(try result()).split(separator: "\n")
    let wait = try #require(lines.first { $0.hasPrefix("  wait for a stream") })
    #expect(wait.split(separator: " ").suffix(2) == ["0", "0"])
    #expect(!wait.contains("ns"))
  }

  @Test func `a hundred violations are listed and all are counted`() throws {
    let many = try result { $0.violations = 101 }
    let lines = text(many).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("  r: key -") } == 100)
    #expect(lines.contains("VIOLATED: 101 violation(s)"))
    let stored = ResultDocument(many).value["verification"]
    #expect(stored?["violations"]?.elements.count == 100)
    #expect(stored?["violation_count"] == .integer(101))
  }
}

import Foundation
import Logging
import Testing

@testable import LoadTest

/// The files of a run: what they hold has to be what was measured.
@Suite struct ResultPageTests {
  /// A run over links in memory, so short that it takes a moment and so cut that it has intervals.
  static func result(
    _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) async throws -> RunResult {
    var configuration = RunConfiguration()
    configuration.workload.seed = 3
    configuration.workload.skus = 20
    configuration.load = .open(try RateProfile(parsing: "2k"), .uniform)
    configuration.ending = .count(200)
    configuration.interval = LoadDuration(nanoseconds: 20_000_000)
    configuration.keepsLog = true
    // On a busy machine the server in memory waits for a thread like everybody else.
    configuration.drain = .seconds(300)
    configuration.gates = [try Gate(parsing: "max=1h")]
    try change(&configuration)
    let connector = StubConnector { number, _ in
      number.isMultiple(of: 10) ? .answer(.init(statusText: "14")) : StubConnector.ok
    }
    return try await LoadRun(configuration, connector: connector)
      .run(control: RunControl()) { _ in }
  }

  @Test func `the page of the file is the page of the run`() async throws {
    let document = ResultDocument(try await Self.result())
    let path = NSTemporaryDirectory() + "/page-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ResultFile.write(document.text, to: path)
    #expect(try StoredResult(path: path).html == StoredResult(document).html)
  }

  @Test func `the page plots each figure with its table, and fetches and runs nothing`()
    async throws
  {
    let html = StoredResult(ResultDocument(try await Self.result())).html
    for title in [
      "Rate", "Latency from schedule", "Percentile spectrum", "Outcomes per second",
      "Schedule lag", "Where the time went",
    ] {
      #expect(html.contains("<figcaption>\(title)</figcaption>"))
      #expect(html.contains("aria-label=\"\(title)\""))
    }
    #expect(html.components(separatedBy: "<svg").count == 7)
    #expect(html.components(separatedBy: "<summary>numbers</summary><table>").count == 7)
    for part in ["PASS max &lt;= 1h", "UNAVAILABLE", "prefers-color-scheme:dark", "@media print"] {
      #expect(html.contains(part), "\(part)")
    }
    for foreign in ["<script", "http:", "https:", "src=", "@import", "url("] {
      #expect(!html.contains(foreign), "\(foreign)")
    }
  }

  @Test func `settings are listed one by one, with units instead of nanoseconds`() async throws {
    let html = StoredResult(ResultDocument(try await Self.result { $0.timeout = .seconds(2) })).html
    for row in [
      "<td>timeout</td><td>2.00 s</td>", "<td>interval</td><td>20.00 ms</td>",
      "<td>workload: mix: check-stock</td><td>80</td>", "<td>workload: skus</td><td>20</td>",
      "<td>servers: orders</td><td>127.0.0.1:50052</td>",
    ] {
      #expect(html.contains(row), "\(row)")
    }
    #expect(!html.contains("_ns"))
  }

  @Test func `the page says whether the books agree, and lists what does not`() {
    func html(_ verification: JSONValue) -> String {
      StoredResult(["schema": .integer(1), "verification": verification]).html
    }
    let good: JSONValue = ["acknowledged": .integer(7), "violation_count": .integer(0)]
    #expect(html(good).contains("VERIFIED: no violation, 7 orders acknowledged"))
    let bad: JSONValue = [
      "acknowledged": .integer(7), "violation_count": .integer(1),
      "violations": .array([
        [
          "rule": .text("two orders of one key"), "key": .text("k<1>"), "order_id": .null,
          "sku": .null, "expected": .text("1"), "found": .text("2"),
        ]
      ]),
    ]
    #expect(html(bad).contains("VIOLATED: 1 violation(s)"))
    #expect(html(bad).contains("<td>k&lt;1&gt;</td><td>-</td><td>-</td>"))
    #expect(html(["impossible": .text("no way")]).contains("NOT VERIFIED: no way"))
    #expect(!html(.null).contains("VERIFIED"))
  }

  @Test func `the page of a run of days is below 2 MiB and keeps the worst moment`() async throws {
    var value = ResultDocument(try await Self.result()).value
    let lines = (0..<100_000).map { number -> JSONValue in
      [
        "t_s": .number(Double(number + 1)), "seconds": .number(1), "warm_up": .bool(false),
        "asked": .integer(2000), "completed": .integer(2000), "ok": .integer(1999),
        "p50_ns": .integer(1_000_000), "p90_ns": .integer(2_000_000),
        "p99_ns": .integer(3_000_000), "p999_ns": .integer(4_000_000),
        "max_ns": .integer(number == 77_777 ? 8_765_000_000 : 5_000_000),
        "lag_p99_ns": .integer(9000), "failures": ["UNAVAILABLE": .integer(1)],
      ]
    }
    guard case .object(var members) = value else { return }
    for index in members.indices where members[index].name == "intervals" {
      members[index].value = .array(lines)
    }
    value = .object(members)
    let html = StoredResult(value).html
    #expect(html.utf8.count < 2 << 20)
    #expect(html.contains("<td>8.8 s</td>"))
    #expect(html.contains("Each point stands for 250 intervals"))
  }

  @Test func `what a file says cannot become markup`() {
    let evil = JSONValue.text("<img onerror=alert(1)>\"'&")
    let html = StoredResult([
      "schema": .integer(1), "start_time": evil, "configuration": ["rate": evil, "x": evil],
      "outcomes": .array([["outcome": evil, "kinds": ["<b>": .integer(1)]]]),
      "reasons": .array([["outcome": evil, "reason": evil]]), "aborted_by": evil,
    ]).html
    #expect(!html.contains("<img"))
    #expect(html.contains("&lt;b&gt;"))
    #expect(html.contains("&lt;img onerror=alert(1)&gt;&quot;&#39;&amp;"))
  }

  @Test func `a file of another schema, of no result or of no JSON is refused and named`() throws {
    let path = NSTemporaryDirectory() + "/stored-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (text, words) in [
      ("{\"schema\": 2}", "its schema is 2"), ("{}", "no result of rpcload"), ("x", "no JSON"),
    ] {
      try ResultFile.write(text, to: path)
      #expect {
        try StoredResult(path: path)
      } throws: {
        let error = $0 as? LoadError
        return error?.exitCode == 64 && error?.description.contains(words) == true
          && error?.description.contains(path) == true
      }
    }
  }

  @Test func `the CSV has a line for each interval, with points and without units`() {
    var line = IntervalLine()
    line.endSeconds = 1.5
    line.seconds = 0.5
    line.asked = 10
    (line.started, line.completed, line.ok, line.errors) = (9, 8, 7, 1)
    (line.p50, line.p90, line.p99, line.p999, line.max) = (1500, 2000, 3000, 4000, 1_234_567)
    line.lagP99 = 12
    line.processors = 0.123
    var warmUp = line
    warmUp.isWarmUp = true
    var closed = line
    closed.asked = nil
    let lines = IntervalTable(intervals: [warmUp, line, closed]).text.split(separator: "\n")
    #expect(
      lines == [
        "t_s,asked,started,completed,ok,errors,p50_us,p90_us,p99_us,p999_us,max_us,lag_p99_us,"
          + "cpu_pct",
        "1.500,10,9,8,7,1,1.500,2.000,3.000,4.000,1234.567,0.012,12.3",
        "1.500,,9,8,7,1,1.500,2.000,3.000,4.000,1234.567,0.012,12.3",
      ])
  }

  @Test func `the lines of the interval log add up to the final histogram, bucket by bucket`()
    async throws
  {
    let result = try await Self.result()
    let lines = result.intervalLog.split(separator: "\n")
    #expect(lines[1] == "#[Histogram log format version 1.3]")
    #expect(lines[2].hasPrefix("#[StartTime: "))
    var sums: [String: [UInt64: UInt64]] = [:]
    for line in lines where line.hasPrefix("Tag=") {
      let fields = line.split(separator: ",")
      #expect(fields.count == 5)
      let outcome = fields[0].split(separator: "/")[1]
      for bucket in try #require(HistogramReading.decode(String(fields[4]))) {
        sums[String(outcome), default: [:]][bucket.nanoseconds, default: 0] += bucket.count
      }
    }
    #expect(Set(sums.keys) == ["OK", "UNAVAILABLE"])
    for line in result.summary.outcomes {
      let buckets = line.latency.judged.recorded
      let expected = Dictionary(uniqueKeysWithValues: buckets.map { ($0.nanoseconds, $0.count) })
      #expect(sums["\(line.outcome)"] == expected)
    }
    #expect(lines.contains { $0.hasPrefix("Tag=place-order/OK,") })
  }
}

import Foundation
import Testing

@testable import LoadTest
@testable import RPCLoad

/// What a terminal shows, and how the picture before is taken away. Neither needs a terminal.
@Suite struct LiveDisplayTests {
  private func display(
    rate: String? = "1k", hasColour: Bool = false,
    _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> LiveDisplay {
    var configuration = RunConfiguration()
    if let rate { configuration.load = .open(try RateProfile(parsing: rate), .uniform) }
    try change(&configuration)
    return LiveDisplay(configuration, hasColour: hasColour)
  }

  private func line(
    at seconds: Double, p99: UInt64 = 4_000_000, _ change: (inout IntervalLine) -> Void = { _ in }
  ) -> ProgressLine {
    var interval = IntervalLine()
    interval.seconds = 1
    interval.asked = 1000
    (interval.completed, interval.ok, interval.errors) = (990, 980, 10)
    (interval.p50, interval.p90, interval.p999, interval.max) = (
      2_000_000, 3_000_000, 5_000_000, 6_000_000
    )
    interval.p99 = p99
    (interval.sentP50, interval.sentP99) = (1_500_000, 3_500_000)
    interval.lagP99 = 12_000
    interval.processors = 0.25
    interval.busiest = 0.2
    interval.inFlight = 7
    interval.failures = [.init(outcome: "UNAVAILABLE", count: 10)]
    change(&interval)
    return ProgressLine(interval: interval, elapsedSeconds: seconds)
  }

  @Test func `it shows rates, both latencies, outcomes and what the tool itself costs`() throws {
    var display = try display()
    display.add(line(at: 1))
    display.add(line(at: 2) { $0.waiting = 3 })
    let frame = display.frame(elapsedSeconds: 2.4, columns: 80, rows: 24)
    let text = frame.joined(separator: "\n")
    for part in [
      "rpcload  2 of 10 s  open loop, 1000/s, uniform gaps",
      "asked 1000/s   achieved 990/s   in flight 7   waiting 3",
      "from schedule      from send", "2.00 ms        1.50 ms", "4.00 ms        3.50 ms",
      "OK 1960   UNAVAILABLE 20   errors 1.010 %",
      "0.25 cores   busiest worker 20 %   lag p99 12.0 us",
      "up to 4.00 ms",
    ] {
      #expect(text.contains(part), "\(part) is not in\n\(text)")
    }
    #expect(!text.contains("\u{1B}"))
  }

  @Test func `a closed loop shows no schedule, because it has none`() throws {
    var display = try display(rate: nil)
    display.add(line(at: 1) { $0.asked = nil })
    let text = display.frame(elapsedSeconds: 1, columns: 80, rows: 24).joined(separator: "\n")
    #expect(text.contains("closed loop, 50 in flight"))
    #expect(text.contains("from send"))
    for absent in ["schedule", "asked", "lag"] { #expect(!text.contains(absent)) }
  }

  @Test func `warm-up, the wait for answers and the time before the first figures are told`() throws
  {
    var display = try display { $0.warmUp = .seconds(2) }
    let before = display.frame(elapsedSeconds: 0.5, columns: 80, rows: 24).joined(separator: "\n")
    #expect(before.contains("no figures yet"))
    display.add(line(at: 1) { $0.isWarmUp = true })
    let warm = display.frame(elapsedSeconds: 1, columns: 80, rows: 24)
    #expect(warm.first?.hasSuffix("1 of 12 s  open loop, 1000/s, uniform gaps  warming up") == true)
    #expect(warm.contains { $0.contains("OK 0 ") })
    display.add(line(at: 12))
    let late = display.frame(elapsedSeconds: 12.6, columns: 80, rows: 24)
    #expect(late.first?.hasSuffix("waiting for answers") == true)
    let stopping = display.frame(elapsedSeconds: 3, isStopping: true, columns: 80, rows: 24)
    #expect(stopping.first?.hasSuffix("stopping") == true)
  }

  @Test(arguments: [(80, 24), (40, 10), (20, 5), (1, 1), (0, 0), (300, 100)])
  func `every picture fits its terminal and leaves a row for the cursor`(
    columns: Int, rows: Int
  ) throws {
    var display = try display()
    let names = Outcome.all.map(\.description)
    for second in 0..<700 {
      display.add(
        line(at: Double(second), p99: UInt64(second + 1) * 3_456_789) { interval in
          interval.failures = names.map { .init(outcome: $0, count: 123_456_789) }
          interval.completed = 12_345_678_901
          interval.waiting = 1_000_000
        })
    }
    let frame = display.frame(elapsedSeconds: 86_400, columns: columns, rows: rows)
    #expect(frame.count <= max(rows - 1, 1))
    #expect(frame.allSatisfy { $0.count <= max(columns, 1) })
    if columns >= 80 { #expect(frame.contains { $0.contains("lag p99") }) }
  }

  @Test func `a low window loses its empty lines first`() throws {
    var display = try display()
    display.add(line(at: 1))
    let whole = display.frame(elapsedSeconds: 1, columns: 80, rows: 24)
    let low = display.frame(elapsedSeconds: 1, columns: 80, rows: 14)
    #expect(low == whole.filter { !$0.isEmpty })
    #expect(low.last?.contains("lag p99") == true)
  }

  @Test func `the line over time ends with the newest interval and is scaled to the worst`() throws
  {
    var display = try display()
    for p99: UInt64 in [8_000_000, 1_000_000, 4_000_000, 0] { display.add(line(at: 1, p99: p99)) }
    let frame = display.frame(elapsedSeconds: 4, columns: 80, rows: 24)
    #expect(frame.contains { $0.hasPrefix("p99        █▂▅▁  up to 8.00 ms") })
    // Nothing answered yet has no height to be scaled by.
    var empty = try self.display()
    empty.add(line(at: 1, p99: 0))
    let flat = empty.frame(elapsedSeconds: 1, columns: 80, rows: 24)
    #expect(flat.contains { $0.hasPrefix("p99 ") && $0.hasSuffix("-") && !$0.contains("█") })
  }

  @Test func `it is drawn at most twelve times a second`() throws {
    var display = try display()
    let drawn = stride(from: 0, to: 1_000_000_000, by: 1_000_000).filter {
      display.isDue(at: 5_000_000_000 + UInt64($0))
    }
    #expect(drawn.count <= 12)
    #expect(drawn.count >= 11)
    #expect(drawn.first == 0)
  }

  @Test func `colours take no columns, and every line ends without one`() throws {
    var display = try display(hasColour: true)
    display.add(line(at: 1))
    let frame = display.frame(elapsedSeconds: 1, columns: 80, rows: 24)
    #expect(frame.first?.hasPrefix("\u{1B}[1m") == true)
    for line in frame where line.contains("\u{1B}") {
      #expect(line.components(separatedBy: "\u{1B}[0m").count == 2)
      #expect(LiveScreen.width(line) <= 80)
    }
  }

  @Test func `the picture before is cleared from its first row, though lines were broken`() {
    #expect(LiveScreen.clearing([], columns: 80) == "")
    #expect(LiveScreen.clearing([10, 0, 80], columns: 80) == "\u{1B}[3A\r\u{1B}[J")
    // The window became 40 columns wide: the last line takes two rows now.
    #expect(LiveScreen.clearing([10, 0, 80], columns: 40) == "\u{1B}[4A\r\u{1B}[J")
    #expect(LiveScreen.clearing([10], columns: 0) == "\u{1B}[10A\r\u{1B}[J")
  }
}

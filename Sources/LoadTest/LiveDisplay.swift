/// What a terminal shows while a run goes on: a few lines, drawn again and again at the same place.
///
/// It decides what the lines say and when it is time to draw them; where they go is the caller's
/// business. It knows nothing of escape codes but those of bold and faint letters.
public struct LiveDisplay: Sendable {
  /// How often a terminal is drawn to at most. More is not seen, and each costs processor time that
  /// belongs to the run. In nanoseconds.
  public static let redrawIntervalMin: UInt64 = 1_000_000_000 / 12

  private let title: String
  private let isOpen: Bool
  private let totalSeconds: Double?
  private let hasColour: Bool
  private var last: ProgressLine?
  private var p99s: [UInt64] = []
  private var ok: UInt64 = 0
  private var errors: UInt64 = 0
  private var completed: UInt64 = 0
  private var failures: [String: UInt64] = [:]
  private var lastDraw: UInt64?

  /// Points of the line over time that are kept: more than the widest terminal shows.
  static let pointsMax = 512

  public init(_ configuration: RunConfiguration, hasColour: Bool) {
    self.hasColour = hasColour
    switch configuration.load {
    case .closed:
      isOpen = false
      title = "closed loop, \(configuration.concurrency) in flight"
    case .open(let profile, let arrivals):
      isOpen = true
      title = "open loop, \(profile)/s, \(arrivals.rawValue) gaps"
    }
    totalSeconds = configuration.length.map {
      Double($0.nanoseconds) / 1e9 + Double(configuration.warmUp.nanoseconds) / 1e9
    }
  }

  /// Takes in the figures of another interval.
  public mutating func add(_ line: ProgressLine) {
    last = line
    let interval = line.interval
    guard !interval.isWarmUp else { return }
    ok += interval.ok
    errors += interval.errors
    completed += interval.completed
    for failure in interval.failures { failures[failure.outcome, default: 0] += failure.count }
    p99s.append(interval.p99)
    if p99s.count > Self.pointsMax { p99s.removeFirst(p99s.count - Self.pointsMax) }
  }

  /// Whether another picture may follow the one before; if so it counts as drawn.
  /// - Parameter now: of a clock that never goes back, in nanoseconds.
  public mutating func isDue(at now: UInt64) -> Bool {
    if let lastDraw, now < lastDraw &+ Self.redrawIntervalMin { return false }
    lastDraw = now
    return true
  }

  /// The picture, cut to what fits.
  /// - Parameters:
  ///   - elapsedSeconds: since the run began, warm-up included.
  ///   - isStopping: somebody has interrupted the run, and it waits for its last answers.
  public func frame(
    elapsedSeconds: Double, isStopping: Bool = false, columns: Int, rows: Int
  ) -> [String] {
    var lines = [heading(elapsedSeconds, isStopping), ""]
    if let interval = last?.interval {
      lines += [rates(interval), ""] + latencies(interval) + ["", trend(columns), ""]
      lines += [outcomes(columns), tool(interval)]
    } else {
      lines.append("no figures yet")
    }
    // One row stays free for the cursor: a picture in the last row makes the terminal scroll.
    let room = max(rows - 1, 1)
    if lines.count > room { lines.removeAll(where: \.isEmpty) }
    return lines.prefix(room).map { styled(String($0.prefix(max(columns, 1)))) }
  }

  // MARK: Lines

  private func heading(_ elapsedSeconds: Double, _ isStopping: Bool) -> String {
    let elapsed = Decimals.fixed(elapsedSeconds, places: 0)
    let total = totalSeconds.map { " of \(Decimals.fixed($0, places: 0))" } ?? ""
    let stage: String
    if isStopping {
      stage = "  stopping"
    } else if last?.interval.isWarmUp ?? false {
      stage = "  warming up"
    } else if let totalSeconds, elapsedSeconds > totalSeconds {
      stage = "  waiting for answers"
    } else {
      stage = ""
    }
    return "rpcload  \(elapsed)\(total) s  \(title)\(stage)"
  }

  private func rates(_ interval: IntervalLine) -> String {
    let asked = interval.askedRate.map { "asked \(Decimals.fixed($0, places: 0))/s   " } ?? ""
    let waiting = interval.waiting > 0 ? "   waiting \(interval.waiting)" : ""
    return Self.name("rate") + asked + "achieved \(Decimals.fixed(interval.rate, places: 0))/s"
      + "   in flight \(interval.inFlight)" + waiting
  }

  private func latencies(_ interval: IntervalLine) -> [String] {
    let titles = isOpen ? ["from schedule", "from send"] : ["from send"]
    let rows: [(String, UInt64, UInt64)] = [
      ("p50", interval.p50, interval.sentP50), ("p90", interval.p90, interval.sentP90),
      ("p99", interval.p99, interval.sentP99), ("p99.9", interval.p999, interval.sentP999),
      ("max", interval.max, interval.sentMax),
    ]
    return [Self.name("latency") + titles.map { Columns.right($0, 15) }.joined()]
      + rows.map { name, judged, sent in
        let values = isOpen ? [judged, sent] : [sent]
        return Self.name("  " + name)
          + values.map { Columns.right(Decimals.time(Double($0)), 15) }.joined()
      }
  }

  private func trend(_ columns: Int) -> String {
    let width = min(max(columns - 36, 0), 60)
    let shown = p99s.suffix(width)
    guard let highest = shown.max(), highest > 0 else { return Self.name("p99") + "-" }
    let line = shown.map { Self.bar($0, highest) }.joined()
    return Self.name("p99") + line + "  up to \(Decimals.time(Double(highest)))"
  }

  private func outcomes(_ columns: Int) -> String {
    let others = failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "   \($0.key) \($0.value)" }
    let share = completed > 0 ? Double(errors) / Double(completed) : 0
    let line =
      Self.name("outcomes") + "OK \(ok)" + others.joined() + "   errors \(Columns.percent(share))"
    return line.count <= columns ? line : line.prefix(max(columns - 1, 0)) + "…"
  }

  private func tool(_ interval: IntervalLine) -> String {
    let busiest =
      interval.busiest.map { "   busiest worker \(Decimals.fixed($0 * 100, places: 0)) %" } ?? ""
    let lag = isOpen ? "   lag p99 \(Decimals.time(Double(interval.lagP99)))" : ""
    return Self.name("tool") + "\(Decimals.fixed(interval.processors, places: 2)) cores" + busiest
      + lag
  }

  // MARK: Letters

  private static func name(_ text: String) -> String { Columns.left(text, 11) }

  private static let bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private static func bar(_ value: UInt64, _ highest: UInt64) -> String {
    let share = Double(value) / Double(highest)
    return bars[min(Int(share * Double(bars.count)), bars.count - 1)]
  }

  /// The first word of a line stands back; the rest is what is looked for.
  private func styled(_ line: String) -> String {
    guard hasColour, line.count > 11 else { return line }
    if line.hasPrefix("rpcload") { return "\u{1B}[1m\(line)\u{1B}[0m" }
    return "\u{1B}[2m\(line.prefix(11))\u{1B}[0m\(line.dropFirst(11))"
  }
}

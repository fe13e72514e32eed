/// A result as a person reads it at the end of a run. What a script needs is in the JSON.
public struct Report: Sendable {
  let result: RunResult
  private let hasColour: Bool

  public init(_ result: RunResult, hasColour: Bool) {
    self.result = result
    self.hasColour = hasColour
  }

  public var text: String {
    let blocks = [heading, counts, outcomes, steps, latency, parts, books, verdict]
      .filter { !$0.isEmpty }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  /// What a person should know who did not ask for it, and what is no result.
  public var warnings: [String] {
    guard let streams = summary.serverStreams else { return [] }
    return [
      "a server allows \(streams) streams on a connection,"
        + " --streams asks for \(result.configuration.streams)"
    ]
  }

  var summary: Summary { result.summary }

  private var heading: [String] {
    let configuration = result.configuration
    let connections =
      "\(configuration.connections) "
      + (configuration.rest == nil
        ? "connection(s) of \(configuration.streams) streams" : "HTTP/1.1 connection(s)")
    var lines: [String] = []
    switch configuration.load {
    case .closed:
      lines.append(
        "closed loop: \(configuration.concurrency) in flight over \(connections) to each server")
    case .open(let profile, let arrivals):
      lines.append(
        "open loop: \(profile)/s, \(arrivals.rawValue) gaps, over \(connections) to each server")
    }
    for server in configuration.servers { lines.append("\(server.role): \(server.address)") }
    lines.append(
      "connected: \(result.connectionsOpened) in \(Columns.time(result.connectNanoseconds)),"
        + " before the first request")
    lines.append("seed: \(configuration.workload.seed)")
    lines.append("warm-up: \(summary.warmUps) requests")
    if summary.reopened > 0 { lines.append("connections opened again: \(summary.reopened)") }
    if result.interruption != nil {
      lines.append("INTERRUPTED: the figures are of what was measured until then")
    }
    if let breach = result.breach {
      lines.append("ABORTED: \(breach) can no longer be kept")
    }
    return lines
  }

  private var counts: [String] {
    let window = Decimals.fixed(Double(summary.windowNanoseconds) / 1e9, places: 2)
    let unexpected = "\(summary.unexpected) of \(summary.all.count)"
    let atLeast = !result.configuration.load.isOpen && result.selfCheck.isSaturated
    let rate = "\(Decimals.fixed(summary.rate, places: 1))/s over \(window) s"
    var lines = [
      "requests: \(summary.completed) completed, \(summary.unfinished) unfinished",
      "rate: " + (atLeast ? "at least \(rate) (the generator was the limit)" : rate),
    ]
    if let asked = summary.asked {
      let share = Double(summary.startedInWindow) / Double(max(asked, 1))
      lines.append(
        "asked: \(asked) requests, \(summary.startedInWindow) begun in time"
          + " (\(Columns.percent(share)))")
    }
    lines.append(
      "error rate: \(Columns.percent(summary.errorRate)) (\(unexpected) not as expected)")
    return lines
  }

  private var outcomes: [String] {
    var lines = ["outcomes"]
    for line in summary.outcomes {
      let share = Double(line.count) / Double(max(summary.all.count, 1))
      let p99 = Columns.time(line.latency.judged.value(at: .p99))
      let kinds = line.kinds.map { "\($0.kind.rawValue) \($0.count)" }.joined(separator: ", ")
      lines.append(
        "  " + Columns.left("\(line.outcome)", 24) + Columns.right("\(line.count)", 12)
          + Columns.right(Columns.percent(share), 12) + Columns.right("p99 \(p99)", 16)
          + "  (\(kinds))")
    }
    guard !summary.reasons.isEmpty else { return lines }
    lines.append("reasons of failures")
    for line in summary.reasons {
      let name = "\(line.outcome)/\(line.reason)"
      lines.append("  " + Columns.left(name, 44) + Columns.right("\(line.count)", 12))
    }
    return lines
  }

  private var steps: [String] {
    guard !result.steps.isEmpty else { return [] }
    let titles = ["asked", "achieved", "p50", "p99", "p99.9", "errors"]
    var lines = ["steps", "  " + titles.map { Columns.right($0, 14) }.joined()]
    for step in result.steps {
      let judged = step.latency.judged
      let cells = [
        "\(step.rate)/s", Decimals.fixed(step.achieved, places: 1) + "/s",
        Columns.time(judged.value(at: .median)), Columns.time(judged.value(at: .p99)),
        Columns.time(judged.value(at: .p999)), Columns.percent(step.errorRate),
      ]
      lines.append("  " + cells.map { Columns.right($0, 14) }.joined())
    }
    return lines
  }

  private var latency: [String] {
    let set = summary.all
    let isOpen = set.fromSchedule.count > 0
    var lines =
      isOpen
      ? [
        "latency    " + Columns.right("from schedule", 16) + Columns.right("from send", 16)
      ] : ["latency from send (closed loop: stalls are under-reported)"]
    let histograms = isOpen ? [set.fromSchedule, set.fromSend] : [set.fromSend]
    func row(_ name: String, _ value: (LatencyHistogram) -> (UInt64, Bool)) {
      let cells = histograms.map { histogram in
        let (nanoseconds, isRough) = value(histogram)
        return Columns.right(Columns.time(nanoseconds), isOpen ? 14 : 14) + (isRough ? " ~" : "  ")
      }
      let line = "  " + Columns.left(name, 10) + cells.joined()
      lines.append(Columns.trimmed(line))
    }
    row("min") { ($0.lowest, false) }
    row("mean") { (UInt64($0.mean.rounded()), false) }
    for percentile in result.configuration.percentiles {
      row("p\(percentile)") { ($0.value(at: percentile), $0.isRough(percentile)) }
    }
    row("max") { ($0.highest, false) }
    let rough = result.configuration.percentiles.contains { set.fromSend.isRough($0) }
    if rough {
      lines.append("  ~ fewer than \(LatencyHistogram.samplesAboveMin) samples lie above it")
    }
    if set.judged.overflow > 0 {
      lines.append("  overflow: \(set.judged.overflow) took more than 1 h and count as 1 h")
    }
    return lines
  }

  private var parts: [String] {
    guard summary.all.fromSchedule.count > 0 else { return [] }
    var lines = ["where it went" + Columns.right("p50", 22) + Columns.right("p99", 14)]
    for part in LatencyPart.allCases {
      let histogram = summary.part(part)
      lines.append(
        "  " + Columns.left(part.title, 19)
          + Columns.right(Columns.part(histogram.value(at: .median)), 14)
          + Columns.right(Columns.part(histogram.value(at: .p99)), 14))
    }
    return lines
  }

  var books: [String] {
    switch result.verification {
    case .notAsked: return []
    case .impossible(let cause): return [coloured("NOT VERIFIED", false) + ": \(cause)"]
    case .done(let report):
      var lines = [
        "books: \(report.acknowledged) orders acknowledged,"
          + " in doubt: \(report.inDoubt), found: \(report.inDoubtFound)"
      ]
      if report.older > 0 {
        lines.append("  \(report.older) orders are of an earlier run with the same seed")
      }
      if report.isClean { return lines + [coloured("VERIFIED", true) + ": no violation"] }
      lines += report.violations.map { "  \($0)" }
      return lines + [coloured("VIOLATED", false) + ": \(report.violationCount) violation(s)"]
    }
  }

  private var verdict: [String] {
    var lines: [String] = []
    if let cost = summary.processorMicroseconds {
      var line = "tool: \(Decimals.fixed(cost, places: 2)) us of processor for each request"
      if let host = summary.processors.host { line += ", host \(Columns.percent(host)) busy" }
      if let stolen = summary.processors.stolen { line += ", \(Columns.percent(stolen)) stolen" }
      let isLocal = result.configuration.servers.contains { $0.address.isLocal }
      lines.append(line + (isLocal ? ", a server is on this host" : ""))
      if let text = result.edgeCost.text { lines.append(text) }
      if let host = summary.processors.host, host > Self.hostBusyNote {
        lines.append("note: the host was busy for more than \(Columns.percent(Self.hostBusyNote))")
      }
    }
    for reason in result.selfCheck.reasons {
      lines.append(coloured("NOT CERTIFIED", false) + ": \(reason)")
    }
    for gate in result.gates {
      let verdict = gate.passed ? "PASS" : "FAIL"
      lines.append(
        "\(coloured(verdict, gate.passed)) \(gate.gate), measured \(gate.measuredText)")
    }
    return lines
  }

  private static let hostBusyNote = 0.95

  private func coloured(_ text: String, _ isGood: Bool) -> String {
    guard hasColour else { return text }
    return (isGood ? "\u{1B}[32m" : "\u{1B}[31m") + text + "\u{1B}[0m"
  }
}

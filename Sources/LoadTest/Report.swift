/// A result as a person reads it at the end of a run. What a script needs is in the JSON.
public struct Report: Sendable {
  private let result: RunResult
  private let hasColour: Bool

  public init(_ result: RunResult, hasColour: Bool) {
    self.result = result
    self.hasColour = hasColour
  }

  public var text: String {
    let blocks = [heading, counts, outcomes, latency, gates].filter { !$0.isEmpty }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var summary: Summary { result.summary }

  private var heading: [String] {
    let configuration = result.configuration
    let connections =
      "\(configuration.connections) connection(s) of \(configuration.streams) streams"
    var lines = [
      "closed loop: \(configuration.concurrency) in flight over \(connections) to each server"
    ]
    for server in configuration.servers { lines.append("\(server.role): \(server.address)") }
    lines.append(
      "connected: \(result.connectionsOpened) in \(time(result.connectNanoseconds)),"
        + " before the first request")
    lines.append("seed: \(configuration.workload.seed)")
    lines.append("warm-up: \(summary.warmUps) requests")
    if result.interruption != nil {
      lines.append("INTERRUPTED: the figures are of what was measured until then")
    }
    return lines
  }

  private var counts: [String] {
    let window = Decimals.fixed(Double(summary.windowNanoseconds) / 1e9, places: 2)
    let unexpected = "\(summary.unexpected) of \(summary.latency.count)"
    return [
      "requests: \(summary.completed) completed, \(summary.unfinished) unfinished",
      "rate: \(Decimals.fixed(summary.rate, places: 1))/s over \(window) s",
      "error rate: \(percent(summary.errorRate)) (\(unexpected) not as expected)",
    ]
  }

  private var outcomes: [String] {
    var lines = ["outcomes"]
    for line in summary.outcomes {
      let share = Double(line.count) / Double(max(summary.latency.count, 1))
      let p99 = Percentile("99").map { time(line.latency.value(at: $0)) } ?? ""
      let kinds = line.kinds.map { "\($0.kind.rawValue) \($0.count)" }.joined(separator: ", ")
      lines.append(
        "  " + padded("\(line.outcome)", 24) + leading("\(line.count)", 12)
          + leading(percent(share), 12) + leading("p99 \(p99)", 16) + "  (\(kinds))")
    }
    guard !summary.reasons.isEmpty else { return lines }
    lines.append("reasons of failures")
    for line in summary.reasons {
      let name = "\(line.outcome)/\(line.reason)"
      lines.append("  " + padded(name, 44) + leading("\(line.count)", 12))
    }
    return lines
  }

  private var latency: [String] {
    let latency = summary.latency
    var lines = ["latency from send (closed loop: stalls are under-reported)"]
    lines.append(row("min", latency.lowest, ""))
    lines.append(row("mean", UInt64(latency.mean.rounded()), ""))
    for percentile in result.configuration.percentiles {
      let mark = latency.isRough(percentile) ? "~" : ""
      lines.append(row("p\(percentile)", latency.value(at: percentile), mark))
    }
    lines.append(row("max", latency.highest, ""))
    let rough = result.configuration.percentiles.contains { latency.isRough($0) }
    if rough {
      lines.append("  ~ fewer than \(LatencyHistogram.samplesAboveMin) samples lie above it")
    }
    if latency.overflow > 0 {
      lines.append("  overflow: \(latency.overflow) took more than 1 h and count as 1 h")
    }
    return lines
  }

  private var gates: [String] {
    result.gates.map { gate in
      let verdict = gate.passed ? "PASS" : "FAIL"
      return "\(coloured(verdict, gate.passed)) \(gate.gate), measured \(gate.measuredText)"
    }
  }

  private func row(_ name: String, _ nanoseconds: UInt64, _ mark: String) -> String {
    "  " + padded(name, 10) + leading(time(nanoseconds), 14) + (mark.isEmpty ? "" : " \(mark)")
  }

  private func coloured(_ text: String, _ isGood: Bool) -> String {
    guard hasColour else { return text }
    return (isGood ? "\u{1B}[32m" : "\u{1B}[31m") + text + "\u{1B}[0m"
  }

  private func time(_ nanoseconds: UInt64) -> String { Decimals.time(Double(nanoseconds)) }

  private func percent(_ share: Double) -> String {
    Decimals.fixed(share * 100, places: 3) + " %"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func leading(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}

/// A hop as a person reads it at its end.
public struct HopReport: Sendable {
  private let hop: HopResult
  private let hasColour: Bool

  public init(_ hop: HopResult, hasColour: Bool) {
    self.hop = hop
    self.hasColour = hasColour
  }

  public var text: String {
    let blocks = [heading, figures, outcomes, books, verdict].filter { !$0.isEmpty }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var heading: [String] {
    let configuration = hop.configuration
    var lines: [String] = []
    if case .open(let profile, let arrivals) = configuration.load,
      case .duration(let length) = configuration.ending
    {
      lines.append(
        "hop: \(hop.pairs.count) pair(s) of slices of \(length), RPC and REST by turns,"
          + " \(profile)/s, \(arrivals.rawValue) gaps")
    }
    for carrier in HopSlice.Carrier.allCases {
      guard let slice = hop.results(of: carrier).first?.configuration else { continue }
      let connections = "\(slice.connections) connection(s)"
      for server in slice.servers {
        lines.append("\(carrier.rawValue): \(server.role) \(server.address), \(connections)")
      }
    }
    lines.append("seed: \(configuration.workload.seed)")
    if hop.interruption != nil {
      lines.append("INTERRUPTED: the figures are of the pairs that were whole until then")
    }
    return lines
  }

  private var figures: [String] {
    guard !hop.pairs.isEmpty else { return [] }
    let titles = ["RPC", "REST", "difference", "95 % interval"]
    var lines = [
      Columns.left("from schedule", 16) + titles.map { Columns.right($0, 16) }.joined()
    ]
    var isRough = false
    for percentile in HopResult.percentiles {
      guard let figure = hop.figure(percentile) else { continue }
      isRough = isRough || figure.isRough
      lines.append(
        row("p\(percentile)" + (figure.isRough ? " ~" : ""), figure) { Decimals.time($0) })
    }
    if let cost = hop.edgeCost {
      lines.append(row("edge CPU/request", cost) { Decimals.fixed($0, places: 2) + " us" })
    } else if let cause = hop.edgeCostCause {
      lines.append("  edge CPU not known: \(cause)")
    }
    if isRough {
      lines.append("  ~ fewer than \(LatencyHistogram.samplesAboveMin) samples lie above it")
    }
    if hop.pairs.count == 1 { lines.append("  no interval: one pair") }
    return lines
  }

  private func row(
    _ name: String, _ figure: HopFigure, _ text: (Double) -> String
  ) -> String {
    let difference = figure.difference
    let cells = [
      text(figure.rpc), text(figure.rest), Self.signed(difference.mean, text),
      difference.halfWidth.map { "± " + text($0) } ?? "-",
    ]
    return Columns.left("  \(name)", 18) + cells.map { Columns.right($0, 16) }.joined()
  }

  static func signed(_ value: Double, _ text: (Double) -> String) -> String {
    (value < 0 ? "-" : "+") + text(abs(value))
  }

  /// Side by side: one that only one way answers with is a fault of that way.
  private var outcomes: [String] {
    guard !hop.slices.isEmpty else { return [] }
    let counts = HopSlice.Carrier.allCases.map { carrier in
      hop.results(of: carrier).reduce(into: [Outcome: UInt64]()) { sum, result in
        for line in result.summary.outcomes { sum[line.outcome, default: 0] += line.count }
      }
    }
    var lines = [
      Columns.left("outcomes", 18)
        + HopSlice.Carrier.allCases.map { Columns.right($0.rawValue, 16) }.joined()
    ]
    for outcome in Outcome.all where counts.contains(where: { $0[outcome] != nil }) {
      lines.append(
        Columns.left("  \(outcome)", 18)
          + counts.map { Columns.right("\($0[outcome] ?? 0)", 16) }.joined())
    }
    return lines
  }

  private var books: [String] {
    var acknowledged: UInt64 = 0
    var isVerified = false
    for slice in hop.slices {
      switch slice.result.verification {
      case .done(let report) where report.isClean:
        isVerified = true
        acknowledged += report.acknowledged
      // The first that is not clean says it all; those after it inherit its stock.
      case .done, .impossible:
        return ["slice \(slice.pair) \(slice.carrier.rawValue)"]
          + Report(slice.result, hasColour: hasColour).books
      case .notAsked: break
      }
    }
    guard isVerified else { return [] }
    return [
      "books: \(acknowledged) orders acknowledged", coloured("VERIFIED", true) + ": no violation",
    ]
  }

  private var verdict: [String] {
    var lines: [String] = []
    for slice in hop.slices {
      let name = "slice \(slice.pair) \(slice.carrier.rawValue)"
      for reason in slice.result.selfCheck.reasons {
        lines.append(coloured("NOT CERTIFIED", false) + ": \(name): \(reason)")
      }
      for gate in slice.result.gates where !gate.passed {
        lines.append(
          coloured("FAIL", false) + " \(name): \(gate.gate), measured \(gate.measuredText)")
      }
    }
    for (number, gate) in hop.configuration.gates.enumerated() where !hop.slices.isEmpty {
      let isKept = hop.slices.allSatisfy { slice in
        slice.result.gates.indices.contains(number) && slice.result.gates[number].passed
      }
      if isKept { lines.append(coloured("PASS", true) + " every slice: \(gate)") }
    }
    return lines
  }

  private func coloured(_ text: String, _ isGood: Bool) -> String {
    guard hasColour else { return text }
    return (isGood ? "\u{1B}[32m" : "\u{1B}[31m") + text + "\u{1B}[0m"
  }
}

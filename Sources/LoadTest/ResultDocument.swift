/// A result as one JSON object. `schema` rises when a member changes its meaning or goes away;
/// readers skip members they do not know.
public struct ResultDocument: Sendable {
  public static let schema: UInt64 = 1

  private let result: RunResult

  public init(_ result: RunResult) {
    self.result = result
  }

  public var text: String { value.document }

  var value: JSONValue {
    let summary = result.summary
    return [
      "schema": .integer(Self.schema),
      "tool": [
        "name": .text("rpcload"), "version": .text(ToolVersion.version),
        "commit": .optional(ToolVersion.commit) { .text($0) },
      ],
      "configuration": ConfigurationDocument(result.configuration).value,
      "seed": .integer(result.configuration.workload.seed),
      "host": [
        "cpu": .text(result.host.processor), "cores": .integer(UInt64(result.host.cores)),
        "kernel": .text(result.host.kernel),
      ],
      "start_time": .text(result.startTime),
      "interrupted": .bool(result.interruption != nil),
      "connections": [
        "opened": .integer(UInt64(result.connectionsOpened)),
        "connect_ns": .integer(result.connectNanoseconds),
      ],
      "counts": [
        "started": .integer(summary.started),
        "completed": .integer(summary.completed),
        "unfinished": .integer(summary.unfinished),
        "warm_up": .integer(summary.warmUps),
        "unexpected": .integer(summary.unexpected),
        "completed_in_window": .integer(summary.completedInWindow),
      ],
      "window_ns": .integer(summary.windowNanoseconds),
      "rate": .number(summary.rate),
      "error_rate": .number(summary.errorRate),
      "outcomes": .array(summary.outcomes.map(outcome)),
      "reasons": .array(summary.reasons.map(reason)),
      "latency": [
        // A closed loop has no schedule to measure from; a figure would look like one that did.
        "from_schedule": .null,
        "from_send": latency(summary.latency),
      ],
      "gates": .array(result.gates.map(gate)),
      "exit_code": .integer(UInt64(max(0, result.exitCode))),
    ]
  }

  private func outcome(_ line: Summary.OutcomeLine) -> JSONValue {
    [
      "outcome": .text(line.outcome.description),
      "count": .integer(line.count),
      "kinds": .object(line.kinds.map { .init(name: $0.kind.rawValue, value: .integer($0.count)) }),
      "latency": latency(line.latency),
    ]
  }

  private func reason(_ line: Summary.ReasonLine) -> JSONValue {
    [
      "outcome": .text(line.outcome.description), "reason": .text(line.reason),
      "count": .integer(line.count),
    ]
  }

  private func latency(_ histogram: LatencyHistogram) -> JSONValue {
    let percentiles = result.configuration.percentiles.map { percentile -> JSONValue in
      [
        "percentile": .number(percentile.value), "ns": .integer(histogram.value(at: percentile)),
        "rough": .bool(histogram.isRough(percentile)),
      ]
    }
    return [
      "count": .integer(histogram.count),
      "overflow": .integer(histogram.overflow),
      "min_ns": .integer(histogram.lowest),
      "mean_ns": .number(histogram.mean),
      "max_ns": .integer(histogram.highest),
      "percentiles": .array(percentiles),
    ]
  }

  private func gate(_ result: GateResult) -> JSONValue {
    let (figure, limit, unit): (String, Double, String) =
      switch result.gate {
      case .latency(let figure, let limit): (figure.description, Double(limit.nanoseconds), "ns")
      case .errorRate(let limit): ("error_rate", limit.value, "share")
      case .rate(let limit): ("rate", limit.perSecond, "per_second")
      }
    return [
      "figure": .text(figure), "limit": .number(limit), "unit": .text(unit),
      "measured": .optional(result.measured) { .number($0) }, "passed": .bool(result.passed),
    ]
  }
}

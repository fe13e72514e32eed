/// A result as one JSON object. `schema` rises when a member changes its meaning or goes away;
/// readers skip members they do not know.
public struct ResultDocument: Sendable {
  public static let schema: UInt64 = 1

  let result: RunResult

  public init(_ result: RunResult) {
    self.result = result
  }

  public var text: String { value.document }

  public var value: JSONValue {
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
      "aborted_by": .optional(result.breach) { .text($0.description) },
      "certified": .bool(result.selfCheck.isCertified),
      "reasons_not_certified": .array(result.selfCheck.reasons.map { .text($0) }),
      "connections": [
        "opened": .integer(UInt64(result.connectionsOpened)),
        "connect_ns": .integer(result.connectNanoseconds),
        "opened_again": .integer(summary.reopened),
        "server_streams": .optional(summary.serverStreams) { .integer(UInt64($0)) },
      ],
      "counts": [
        "started": .integer(summary.started),
        "started_in_window": .integer(summary.startedInWindow),
        "completed": .integer(summary.completed),
        "unfinished": .integer(summary.unfinished),
        "warm_up": .integer(summary.warmUps),
        "unexpected": .integer(summary.unexpected),
        "completed_in_window": .integer(summary.completedInWindow),
      ],
      // Not among the counts, which are numbers in every run.
      "asked": .optional(summary.asked) { .integer($0) },
      "window_ns": .integer(summary.windowNanoseconds),
      "rate": .number(summary.rate),
      "error_rate": .number(summary.errorRate),
      "processors": processors,
      "outcomes": .array(summary.outcomes.map(outcome)),
      "reasons": .array(summary.reasons.map(reason)),
      "latency": latency(summary.all),
      "kinds": .array(
        summary.kinds.map { ["kind": .text($0.kind.rawValue), "latency": latency($0.latency)] }),
      "parts": parts,
      "steps": .array(result.steps.map(step)),
      "intervals": .array(summary.intervals.map(interval)),
      "verification": verification,
      "edge": result.edgeCost.document,
      "gates": .array(result.gates.map(gate)),
      "exit_code": .integer(UInt64(max(0, result.exitCode))),
    ]
  }

  private var verification: JSONValue {
    switch result.verification {
    case .notAsked: return .null
    case .impossible(let cause): return ["impossible": .text(cause)]
    case .done(let report):
      let violations = report.violations.map { violation -> JSONValue in
        [
          "rule": .text(violation.rule), "key": .optional(violation.key) { .text($0) },
          "order_id": .optional(violation.orderID) { .text($0) },
          "sku": .optional(violation.sku) { .text($0) },
          "expected": .text(violation.expected), "found": .text(violation.found),
        ]
      }
      return [
        "acknowledged": .integer(report.acknowledged), "in_doubt": .integer(report.inDoubt),
        "in_doubt_found": .integer(report.inDoubtFound), "older": .integer(report.older),
        "violation_count": .integer(UInt64(report.violationCount)),
        "violations": .array(violations),
      ]
    }
  }

  private var processors: JSONValue {
    let summary = result.summary
    return [
      "tool_seconds": .number(summary.processors.ownSeconds),
      "tool_us_per_request": .optional(summary.processorMicroseconds) { .number($0) },
      "host_busy": .optional(summary.processors.host) { .number($0) },
      "stolen": .optional(summary.processors.stolen) { .number($0) },
      "server_on_host": .bool(result.configuration.servers.contains { $0.address.isLocal }),
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

  /// Both clocks; a closed loop has no schedule, and a figure would look like one that did.
  private func latency(_ set: LatencySet) -> JSONValue {
    [
      "from_schedule": set.fromSchedule.count > 0 ? histogram(set.fromSchedule) : .null,
      "from_send": histogram(set.fromSend),
    ]
  }

  private var parts: JSONValue {
    guard result.summary.all.fromSchedule.count > 0 else { return .null }
    return .object(
      LatencyPart.allCases.map { part in
        .init(name: part.key, value: histogram(result.summary.part(part)))
      })
  }

  private func histogram(_ histogram: LatencyHistogram) -> JSONValue {
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
      "hdr": .text(HistogramCode.encode(histogram)),
    ]
  }

  private func step(_ step: StepLine) -> JSONValue {
    [
      "asked_per_s": .number(step.rate.perSecond), "achieved_per_s": .number(step.achieved),
      "error_rate": .number(step.errorRate), "latency": latency(step.latency),
      "outcomes": .array(step.outcomes.map(outcome)),
    ]
  }

  private func interval(_ line: IntervalLine) -> JSONValue {
    [
      "t_s": .number(line.endSeconds), "seconds": .number(line.seconds),
      "warm_up": .bool(line.isWarmUp),
      "asked": .optional(line.asked) { .integer($0) }, "started": .integer(line.started),
      "completed": .integer(line.completed), "ok": .integer(line.ok),
      "errors": .integer(line.errors), "p50_ns": .integer(line.p50), "p90_ns": .integer(line.p90),
      "p99_ns": .integer(line.p99), "p999_ns": .integer(line.p999), "max_ns": .integer(line.max),
      "sent_p50_ns": .integer(line.sentP50), "sent_p99_ns": .integer(line.sentP99),
      "lag_p99_ns": .integer(line.lagP99), "processors": .number(line.processors),
      "busiest": .optional(line.busiest) { .number($0) },
      "in_flight": .integer(UInt64(line.inFlight)), "waiting": .integer(UInt64(line.waiting)),
      "failures": .object(
        line.failures.map { .init(name: $0.outcome, value: .integer($0.count)) }),
    ]
  }

  private func gate(_ result: GateResult) -> JSONValue {
    let (figure, limit, unit): (String, Double, String) =
      switch result.gate {
      case .latency(let figure, let limit, let scope):
        ("\(scope)\(figure)", Double(limit.nanoseconds), "ns")
      case .errorRate(let limit): ("error_rate", limit.value, "share")
      case .rate(let limit): ("rate", limit.perSecond, "per_second")
      }
    return [
      "figure": .text(figure), "limit": .number(limit), "unit": .text(unit),
      "text": .text("\(result.gate), measured \(result.measuredText)"),
      "measured": .optional(result.measured) { .number($0) }, "passed": .bool(result.passed),
    ]
  }
}

/// A search as one JSON object: every step with its percentiles and verdict, and the answer.
public struct SearchDocument: Sendable {
  private let outcome: LoadSearch.Outcome

  public init(_ outcome: LoadSearch.Outcome) {
    self.outcome = outcome
  }

  public var text: String { value.document }

  public var value: JSONValue {
    [
      "schema": .integer(ResultDocument.schema),
      "kind": .text("search"),
      "tool": ["name": .text("rpcload"), "version": .text(ToolVersion.version)],
      "configuration": ConfigurationDocument(outcome.configuration).value,
      "seed": .integer(outcome.configuration.workload.seed),
      "promises": .array(outcome.configuration.gates.map { .text($0.description) }),
      "interrupted": .bool(outcome.interruption != nil),
      "answer": .text(outcome.text),
      "rate": rate,
      "steps": .array(outcome.steps.map(step)),
      "exit_code": .integer(UInt64(max(0, outcome.exitCode))),
    ]
  }

  private var rate: JSONValue {
    switch outcome.answer {
    case .highest(let rate), .atLeast(let rate?): .number(rate.perSecond)
    case .atLeast(nil), .some(.none), nil: .null
    }
  }

  private func step(_ step: LoadSearch.Step) -> JSONValue {
    let latency = step.result.summary.latency
    let percentiles = outcome.configuration.percentiles.map { percentile -> JSONValue in
      ["percentile": .number(percentile.value), "ns": .integer(latency.value(at: percentile))]
    }
    return [
      "rate": .number(step.rate.perSecond),
      "verdict": .text(step.verdict.rawValue),
      "confirmation": .bool(step.isConfirmation),
      "achieved": .number(step.result.summary.rate),
      "error_rate": .number(step.result.summary.errorRate),
      "p50_ns": .integer(latency.value(at: .median)),
      "p99_ns": .integer(latency.value(at: .p99)),
      "p999_ns": .integer(latency.value(at: .p999)),
      "percentiles": .array(percentiles),
      "reasons_not_certified": .array(step.result.selfCheck.reasons.map { .text($0) }),
    ]
  }
}

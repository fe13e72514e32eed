import ArgumentParser
import LoadTest

/// What is right, what is promised, and which figures are printed.
struct GateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Percentiles in the report. (default: 50,75,90,95,99,99.9,99.99,99.999)",
      valueName: "numbers"),
    transform: Percentile.list(parsing:))
  var percentiles: [Percentile]?

  @Option(
    help: ArgumentHelp(
      """
      Outcomes that are no errors, for all requests. \
      (default: OK, and for place-order also OUT_OF_STOCK)
      """, valueName: "names"),
    transform: Expectation.init(parsing:))
  var expect: Expectation?

  @Option(
    help: ArgumentHelp(
      """
      A gate on latency, from schedule with --rate and from send without: p99=5ms, mean=1ms, \
      max=2s, place-order:p99=20ms, sent:p99=4ms; repeatable. (default: none)
      """,
      valueName: "figure=duration"),
    transform: Gate.init(parsing:))
  var slo: [Gate] = []

  @Option(
    help: ArgumentHelp("A gate on the error rate. (default: none)", valueName: "share"),
    transform: LoadShare.init(parsing:))
  var maxErrorRate: LoadShare?

  func apply(to configuration: inout RunConfiguration) {
    configuration.percentiles = percentiles ?? Percentile.standard
    configuration.expectation = expect ?? .standard
    configuration.gates = slo + [maxErrorRate.map { .errorRate(atMost: $0) }].compactMap { $0 }
  }
}

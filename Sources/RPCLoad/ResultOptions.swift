import ArgumentParser
import Foundation
import LoadTest

/// What is printed, written and judged.
struct ResultOptions: ParsableArguments {
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

  @Option(
    help: ArgumentHelp("A gate on answers per second. (default: none)", valueName: "rate"),
    transform: LoadRate.init(parsing:))
  var minRate: LoadRate?

  @Flag(help: "End the run as soon as a gate can no longer pass.")
  var abortOnBreach = false

  @Option(
    help: ArgumentHelp(
      "How long an interval of the figures over time is. (default: 1s)", valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var interval = RunConfiguration.standard.interval

  @Option(
    help: ArgumentHelp("Writes the result to this file as JSON. (default: none)", valueName: "path")
  )
  var json: String?

  @Flag(help: "Print only the final report.")
  var quiet = false

  @Flag(help: "Write no colours to a terminal either; NO_COLOR does the same.")
  var plain = false

  func apply(to configuration: inout RunConfiguration) {
    configuration.percentiles = percentiles ?? Percentile.standard
    configuration.expectation = expect ?? .standard
    configuration.abortsOnBreach = abortOnBreach
    configuration.interval = interval
    configuration.gates =
      slo
      + [maxErrorRate.map { .errorRate(atMost: $0) }, minRate.map { .rate(atLeast: $0) }]
      .compactMap { $0 }
  }

  /// Colours only where somebody looks: not in files, pipes or where they are not wanted.
  /// (no-color.org)
  var hasColour: Bool {
    let isRefused = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return !plain && !isRefused && isatty(STDOUT_FILENO) == 1
  }
}

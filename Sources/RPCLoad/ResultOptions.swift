import ArgumentParser
import LoadTest

/// What is judged at the end of one run, and kept of its course.
struct ResultOptions: ParsableArguments {
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
    help: ArgumentHelp(
      "Writes a line for each interval to this file, as comma-separated values. (default: none)",
      valueName: "path"))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      """
      Writes the histograms of each interval to this file, as an HdrHistogram log. (default: none)
      """, valueName: "path"))
  var hlog: String?

  @Option(
    help: ArgumentHelp(
      "Prints the first requests and sends nothing. (default: none)", valueName: "count"))
  var dumpRequests: UInt64?

  func apply(to configuration: inout RunConfiguration) {
    configuration.abortsOnBreach = abortOnBreach
    configuration.interval = interval
    configuration.keepsLog = hlog != nil
    if let minRate { configuration.gates.append(.rate(atLeast: minRate)) }
  }
}

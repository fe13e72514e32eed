import ArgumentParser
import LoadTest

/// How much load, and for how long.
struct LoadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Requests started each second by schedule, answered or not: 20k, a ramp 1k:50k, or steps \
      10k,20k,30k. (default: none, a closed loop)
      """, valueName: "rate"),
    transform: RateProfile.init(parsing:))
  var rate: RateProfile?

  @Option(
    help: ArgumentHelp(
      "How long each step of --rate lasts. (default: none)", valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var step: LoadDuration?

  @Option(
    help: ArgumentHelp(
      """
      Requests kept in flight, all connections together, instead of --rate. \
      (default: \(RunConfiguration.standard.concurrency), without --rate)
      """, valueName: "requests"))
  var concurrency: Int?

  @Option(
    help: ArgumentHelp(
      """
      How long requests are sent, with --hop in each slice. \
      (default: 10s, without --count; with --hop \(HopRun.sliceLengthDefault))
      """, valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var duration: LoadDuration?

  @Option(
    help: ArgumentHelp(
      "How many requests are sent, instead of --duration. (default: none)", valueName: "requests"))
  var count: UInt64?

  func validateTogether(_ connections: ConnectionOptions) throws {
    if count != nil, duration != nil {
      throw ValidationError("--count and --duration exclude each other")
    }
    if rate != nil, concurrency != nil {
      throw ValidationError("--rate and --concurrency exclude each other")
    }
    if step != nil, duration != nil {
      throw ValidationError("--step and --duration exclude each other")
    }
    guard rate == nil else { return }
    let needy = [
      step.map { _ in "--step" }, connections.arrivals.map { _ in "--arrivals" },
      connections.pacing.map { _ in "--pacing" }, connections.shedAfter.map { _ in "--shed-after" },
    ].compactMap { $0 }
    if let option = needy.first { throw ValidationError("\(option) needs --rate") }
  }

  func apply(to configuration: inout RunConfiguration, _ connections: ConnectionOptions) {
    configuration.load = rate.map { .open($0, connections.arrivals ?? .uniform) } ?? .closed
    configuration.stepLength = step
    configuration.concurrency = concurrency ?? RunConfiguration.standard.concurrency
    configuration.ending = count.map { .count($0) } ?? .duration(duration ?? .seconds(10))
  }
}

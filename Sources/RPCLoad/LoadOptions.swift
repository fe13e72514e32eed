import ArgumentParser
import LoadTest

/// How much load, over what, and for how long.
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
      "Gaps between requests of --rate, uniform or poisson. (default: uniform)",
      valueName: "gaps"), transform: RunConfiguration.Arrivals.init(parsing:))
  var arrivals: RunConfiguration.Arrivals?

  @Option(
    help: ArgumentHelp(
      """
      How --rate waits for the next request: sleep, or hybrid, which looks at the clock for the \
      last 50us. (default: hybrid)
      """, valueName: "way"), transform: Pacing.init(parsing:))
  var pacing: Pacing?

  @Option(
    help: ArgumentHelp(
      """
      Requests of --rate that are later than this are not sent and count as shed. (default: none)
      """, valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var shedAfter: LoadDuration?

  @Option(
    help: ArgumentHelp(
      """
      Requests kept in flight, all connections together, instead of --rate. \
      (default: \(RunConfiguration.standard.concurrency), without --rate)
      """, valueName: "requests"))
  var concurrency: Int?

  @Option(help: "Connections to each server.")
  var connections = RunConfiguration.standard.connections

  @Option(help: "Requests in flight on one connection at most.")
  var streams = RunConfiguration.standard.streams

  @Option(help: "Threads that share the connections.")
  var threads = RunConfiguration.standard.threads

  @Option(
    help: ArgumentHelp(
      "How long requests are sent. (default: 10s, without --count)", valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var duration: LoadDuration?

  @Option(
    help: ArgumentHelp(
      "How many requests are sent, instead of --duration. (default: none)", valueName: "requests"))
  var count: UInt64?

  @Option(
    name: .customLong("warmup"),
    help: ArgumentHelp(
      """
      How long the same load is sent first without being measured. \
      (default: \(RunConfiguration.standard.warmUp))
      """, valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var warmUp = RunConfiguration.standard.warmUp

  @Option(
    help: ArgumentHelp(
      """
      How long answers are awaited after the last request was sent. \
      (default: \(RunConfiguration.standard.drain))
      """, valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var drain = RunConfiguration.standard.drain

  @Option(
    help: ArgumentHelp(
      "Time limit of each request, sent as grpc-timeout. (default: none)", valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var timeout: LoadDuration?

  @Option(
    help: ArgumentHelp(
      """
      Metadata for each request, repeatable; a name that ends in -bin takes base64. \
      (default: none)
      """, valueName: "name:value"))
  var metadata: [String] = []

  func validateTogether() throws {
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
      step.map { _ in "--step" }, arrivals.map { _ in "--arrivals" },
      pacing.map { _ in "--pacing" }, shedAfter.map { _ in "--shed-after" },
    ].compactMap { $0 }
    if let option = needy.first { throw ValidationError("\(option) needs --rate") }
  }

  func apply(to configuration: inout RunConfiguration) throws {
    configuration.load = rate.map { .open($0, arrivals ?? .uniform) } ?? .closed
    configuration.stepLength = step
    configuration.pacing = pacing ?? .hybrid
    configuration.shedAfter = shedAfter
    configuration.concurrency = concurrency ?? RunConfiguration.standard.concurrency
    configuration.connections = connections
    configuration.streams = streams
    configuration.threads = threads
    configuration.ending = count.map { .count($0) } ?? .duration(duration ?? .seconds(10))
    configuration.warmUp = warmUp
    configuration.drain = drain
    configuration.timeout = timeout
    configuration.metadata = try RequestMetadata.parse(metadata)
  }
}

import ArgumentParser
import LoadTest

/// Over what load goes, how it is paced, and what goes with each request.
struct ConnectionOptions: ParsableArguments {
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

  @Option(help: "Connections to each server.")
  var connections = RunConfiguration.standard.connections

  @Option(help: "Requests in flight on one connection at most.")
  var streams = RunConfiguration.standard.streams

  @Option(help: "Threads that share the connections.")
  var threads = RunConfiguration.standard.threads

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

  func apply(to configuration: inout RunConfiguration) throws {
    configuration.pacing = pacing ?? .hybrid
    configuration.shedAfter = shedAfter
    configuration.connections = connections
    configuration.streams = streams
    configuration.threads = threads
    configuration.warmUp = warmUp
    configuration.drain = drain
    configuration.timeout = timeout
    configuration.metadata = try RequestMetadata.parse(metadata)
  }
}

import ArgumentParser
import LoadTest

/// How much load, over what, and for how long.
struct LoadOptions: ParsableArguments {
  @Option(help: "Requests kept in flight, all connections together.")
  var concurrency = RunConfiguration.standard.concurrency

  @Option(help: "Connections to each server.")
  var connections = RunConfiguration.standard.connections

  @Option(help: "Requests in flight on one connection at most.")
  var streams = RunConfiguration.standard.streams

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
  }

  func apply(to configuration: inout RunConfiguration) throws {
    configuration.concurrency = concurrency
    configuration.connections = connections
    configuration.streams = streams
    configuration.ending = count.map { .count($0) } ?? .duration(duration ?? .seconds(10))
    configuration.warmUp = warmUp
    configuration.drain = drain
    configuration.timeout = timeout
    configuration.metadata = try RequestMetadata.parse(metadata)
  }
}

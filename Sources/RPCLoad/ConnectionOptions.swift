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

  @Option(
    help: ArgumentHelp(
      """
      Connections to each server; with --rest each carries one request at a time. \
      (default: \(RunConfiguration.standard.connections), with --rest as many as --concurrency)
      """, valueName: "connections"))
  var connections: Int?

  @Option(
    help: ArgumentHelp(
      """
      Requests in flight on one connection at most; not with --rest, but with --hop for its RPC \
      slices. (default: \(RunConfiguration.standard.streams), with --rest 1)
      """, valueName: "requests"))
  var streams: Int?

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
      """
      Time limit of each request, sent as grpc-timeout, with --rest as X-Server-Timeout. \
      (default: none)
      """, valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var timeout: LoadDuration?

  @Option(
    help: ArgumentHelp(
      """
      Metadata for each request, repeatable; a name that ends in -bin takes base64. \
      (default: none)
      """, valueName: "name:value"))
  var metadata: [String] = []

  /// Streams of the RPC slices of a hop, and of every run without the edge.
  var streamsOfRPC: Int { streams ?? RunConfiguration.standard.streams }

  /// - Parameter configuration: with the edge and the concurrency set, which the defaults follow.
  func apply(to configuration: inout RunConfiguration) throws {
    let isREST = configuration.rest != nil
    configuration.pacing = pacing ?? .hybrid
    configuration.shedAfter = shedAfter
    configuration.connections =
      connections
      ?? (isREST ? configuration.concurrency : RunConfiguration.standard.connections)
    configuration.streams = isREST ? 1 : streamsOfRPC
    configuration.threads = threads
    configuration.warmUp = warmUp
    configuration.drain = drain
    configuration.timeout = timeout
    configuration.metadata = try RequestMetadata.parse(metadata)
  }
}

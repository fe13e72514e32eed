import ArgumentParser
import LoadTest

/// Where requests go.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The orders service, host:port or unix:/path. (default: \(RunConfiguration.standard.orders))",
      valueName: "address"),
    transform: TargetAddress.init(parsing:))
  var orders = RunConfiguration.standard.orders

  @Option(
    help: ArgumentHelp(
      """
      The inventory service, host:port or unix:/path; also for --prepare. \
      (default: \(RunConfiguration.standard.inventory))
      """, valueName: "address"),
    transform: TargetAddress.init(parsing:))
  var inventory = RunConfiguration.standard.inventory

  @Option(
    help: ArgumentHelp(
      "The server of --method, host:port or unix:/path. (default: none)", valueName: "address"),
    transform: TargetAddress.init(parsing:))
  var target: TargetAddress?

  @Option(
    help: ArgumentHelp(
      """
      Sends the workload through the JSON edge over HTTP/1.1 instead, one request at a time on \
      each connection; --prepare and --verify still speak to --inventory and --orders. \
      (default: none)
      """, valueName: "http://host:port"),
    transform: TargetAddress.init(url:))
  var rest: TargetAddress?

  @Option(
    help: ArgumentHelp(
      """
      The admin listener of the edge, which tells what its process spent on each request. \
      (default: none)
      """, valueName: "host:port"),
    transform: TargetAddress.init(parsing:))
  var edgeAdmin: TargetAddress?

  /// - Parameter isHop: RPC slices have streams, whatever the others do.
  func validateTogether(
    _ connections: ConnectionOptions, _ messages: MessageOptions, isHop: Bool = false
  ) throws {
    guard rest != nil else {
      if edgeAdmin != nil { throw ValidationError("--edge-admin needs --rest") }
      return
    }
    if messages.method != nil { throw ValidationError("--rest and --method exclude each other") }
    if connections.streams != nil, !isHop {
      throw ValidationError(
        "--rest and --streams exclude each other: HTTP/1.1 answers one request at a time")
    }
  }

  func apply(to configuration: inout RunConfiguration) {
    configuration.orders = orders
    configuration.inventory = inventory
    configuration.target = target
    configuration.rest = rest
    configuration.edgeAdmin = edgeAdmin
  }
}

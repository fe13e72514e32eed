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

  @Flag(help: "Speak TLS 1.2 or later to all servers.")
  var tls = false

  @Option(
    help: ArgumentHelp(
      "Authorities (PEM) of the servers' certificates. (default: those of the system)",
      valueName: "file"))
  var ca: String?

  @Option(
    help: ArgumentHelp("Certificate (PEM) to show. (default: none)", valueName: "file"))
  var cert: String?

  @Option(help: ArgumentHelp("Key (PEM) of --cert. (default: none)", valueName: "file"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Name that the servers' certificates bear. (default: that of the target)",
      valueName: "name"))
  var serverName: String?

  func validate() throws {
    for (name, value) in [
      ("--ca", ca), ("--cert", cert), ("--key", key), ("--server-name", serverName),
    ] where value != nil && !tls {
      throw ValidationError("\(name) needs --tls")
    }
    if (cert == nil) != (key == nil) {
      throw ValidationError(cert == nil ? "--key needs --cert" : "--cert needs --key")
    }
  }

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
    guard tls else { return }
    var own = LoadTLS()
    own.authority = ca
    own.certificate = cert
    own.key = key
    own.serverName = serverName
    configuration.tls = own
  }
}

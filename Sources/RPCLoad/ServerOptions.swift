import ArgumentParser
import LoadTest

/// Where requests go.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The orders service, for place-order. (default: \(RunConfiguration.standard.orders))",
      valueName: "host:port"),
    transform: TargetAddress.init(parsing:))
  var orders = RunConfiguration.standard.orders

  @Option(
    help: ArgumentHelp(
      """
      The inventory service, for check-stock and --prepare. \
      (default: \(RunConfiguration.standard.inventory))
      """, valueName: "host:port"),
    transform: TargetAddress.init(parsing:))
  var inventory = RunConfiguration.standard.inventory

  @Option(
    help: ArgumentHelp("The server of --method. (default: none)", valueName: "host:port"),
    transform: TargetAddress.init(parsing:))
  var target: TargetAddress?

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

  func apply(to configuration: inout RunConfiguration) {
    configuration.orders = orders
    configuration.inventory = inventory
    configuration.target = target
    guard tls else { return }
    var own = LoadTLS()
    own.authority = ca
    own.certificate = cert
    own.key = key
    own.serverName = serverName
    configuration.tls = own
  }
}

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

  func apply(to configuration: inout RunConfiguration) {
    configuration.orders = orders
    configuration.inventory = inventory
    configuration.target = target
  }
}

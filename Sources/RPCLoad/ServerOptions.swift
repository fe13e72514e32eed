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

  func apply(to configuration: inout RunConfiguration) {
    configuration.orders = orders
    configuration.inventory = inventory
    configuration.target = target
  }
}

import ArgumentParser
import LoadTest

/// Where requests go.
struct ServerOptions: ParsableArguments {
  @Option(
    help: "The orders service, for place-order.", transform: TargetAddress.init(parsing:))
  var orders = TargetAddress(host: "127.0.0.1", port: 50052)

  @Option(
    help: "The inventory service, for check-stock and --prepare.",
    transform: TargetAddress.init(parsing:))
  var inventory = TargetAddress(host: "127.0.0.1", port: 50051)

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

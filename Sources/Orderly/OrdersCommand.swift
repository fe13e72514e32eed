import ArgumentParser
import Operations

struct OrdersCommand: AsyncParsableCommand, SettingsCommand {
  static let program = Program.orders
  static let configuration = CommandConfiguration(
    commandName: "orders",
    abstract: "Serves orders.v1.Orders over gRPC.")

  @OptionGroup var probe: ProbeFlag
  @OptionGroup var flags: SettingFlags<OrdersCommand>

  func run() async throws {
    if probe.isGiven { return try await ProgramRun(Self.program, flags.texts).probe() }
    try await ProgramRun(Self.program, flags.texts).serve { process in
      let orders = try OrdersProcess(
        process, database: process.settings.ordersDatabase ?? "",
        inventory: process.settings.ordersInventory)
      return "orders=\(try await orders.start())"
    }
  }
}

import ArgumentParser
import Operations

struct InventoryCommand: AsyncParsableCommand, SettingsCommand {
  static let program = Program.inventory
  static let configuration = CommandConfiguration(
    commandName: "inventory",
    abstract: "Serves inventory.v1.Inventory over gRPC.")

  @OptionGroup var probe: ProbeFlag
  @OptionGroup var flags: SettingFlags<InventoryCommand>

  func run() async throws {
    if probe.isGiven { return try await ProgramRun(Self.program, flags.texts).probe() }
    try await ProgramRun(Self.program, flags.texts).serve { process in
      let inventory = try InventoryProcess(
        process, database: process.settings.inventoryDatabase ?? "")
      let address = try await inventory.start()
      inventory.settle(asking: process.settings.inventoryOrders)
      return "inventory=\(address)"
    }
  }
}

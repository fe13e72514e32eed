import ArgumentParser
import Operations

struct EdgeCommand: AsyncParsableCommand, SettingsCommand {
  static let program = Program.edge
  static let configuration = CommandConfiguration(
    commandName: "edge",
    abstract: "Serves REST and turns it into calls of inventory and orders.")

  @OptionGroup var probe: ProbeFlag
  @OptionGroup var flags: SettingFlags<EdgeCommand>

  func run() async throws {
    if probe.isGiven { return try await ProgramRun(Self.program, flags.texts).probe() }
    try await ProgramRun(Self.program, flags.texts).serve { process in
      let edge = try EdgeProcess(
        process, inventory: process.settings.edgeInventory, orders: process.settings.edgeOrders)
      return "edge=http://\(try await edge.start())"
    }
  }
}

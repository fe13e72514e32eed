import ArgumentParser
import Operations

struct UpCommand: AsyncParsableCommand, SettingsCommand {
  static let program = Program.up
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Runs inventory, orders and edge in one process.",
    discussion: """
      Without a database it runs a private PostgreSQL of its own; without any stock it loads a few \
      things to sell. Prints one line on standard output once all is serving.
      """)

  @OptionGroup var probe: ProbeFlag
  @OptionGroup var flags: SettingFlags<UpCommand>

  func run() async throws {
    if probe.isGiven { return try await ProgramRun(Self.program, flags.texts).probe() }
    try await ProgramRun(Self.program, flags.texts).serve { process in
      try await UpProcess(process).start()
    }
  }
}

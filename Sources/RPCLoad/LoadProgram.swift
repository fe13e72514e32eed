import ArgumentParser
import LoadTest

/// The program. `rpcload` alone means `rpcload run`.
@main
struct LoadProgram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpcload",
    abstract: "Puts gRPC services under load and tells what they answered, and how fast.",
    version: ToolVersion.text,
    subcommands: [
      RunCommand.self, CompareCommand.self, SearchCommand.self, ReportCommand.self,
    ],
    defaultSubcommand: RunCommand.self)
}

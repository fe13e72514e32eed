import ArgumentParser
import Operations

/// `orderly`: one executable for everything that runs.
@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orderly",
    abstract: "Takes orders and never sells what is not there.",
    discussion: """
      Every setting is a flag, an environment variable and a member of a JSON file: \
      edge.timeoutMax is --edge-timeout-max, ORDERLY_EDGE_TIMEOUT_MAX and \
      {"edge":{"timeoutMax":"10s"}}. A flag wins over the environment, the environment over the \
      file, the file over the default.
      """,
    version: Build.version,
    subcommands: [
      UpCommand.self, InventoryCommand.self, OrdersCommand.self, EdgeCommand.self,
      MigrateCommand.self, ReconcileCommand.self,
    ])

  /// Without a subcommand there is nothing to do, which is a mistake and not a wish for help.
  func run() async throws {
    StandardStream.error.write(line: Self.helpMessage())
    throw ExitCode(ExitReason.wrongCommandLine.rawValue)
  }
}

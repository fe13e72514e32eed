import ArgumentParser
import LoadTest

/// `rpcload report`: the page of a result, made again from its file.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes the HTML page of a result from the file that --json wrote.")

  @Argument(help: ArgumentHelp("A result that --json wrote.", valueName: "result.json"))
  var result: String

  @Option(help: ArgumentHelp("Where the page goes. (required)", valueName: "path"))
  var html: String

  func run() async throws {
    try await Console.reporting {
      try ResultFile.write(try StoredResult(path: result).html, to: html)
    }
  }
}

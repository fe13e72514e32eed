import ArgumentParser
import LoadTest

/// `rpcload compare`: is the new build slower, or is that chance?
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares results that --json wrote, base and new by turns.",
    discussion: """
      One pair shows the change; several, from runs made in turns, show its 95 % interval too. A \
      change for the worse of more than --tolerance whose interval excludes zero is a regression.

      Exit codes: 0 no regression; 3 a regression; 4 a result that was interrupted or not \
      certified; 64 results that cannot be compared, or bad options.
      """)

  @Argument(
    help: ArgumentHelp(
      "base1.json new1.json base2.json new2.json …", valueName: "results"))
  var results: [String]

  @Option(
    help: ArgumentHelp(
      """
      What may get worse without being a regression. \
      (default: \(ResultComparison.toleranceDefault))
      """, valueName: "share"),
    transform: LoadShare.init(parsing:))
  var tolerance = ResultComparison.toleranceDefault

  @Flag(help: "Compare results of different workloads, rates or seeds all the same.")
  var force = false

  func validate() throws {
    if results.isEmpty || !results.count.isMultiple(of: 2) {
      throw ValidationError("\(results.count) file(s); results come in pairs, base and new")
    }
  }

  func run() async throws {
    try await Console.reporting {
      var pairs: [ResultComparison.Pair] = []
      for place in stride(from: 0, to: results.count, by: 2) {
        pairs.append(
          .init(
            base: try StoredResult(path: results[place]),
            new: try StoredResult(path: results[place + 1])))
      }
      let comparison = try ResultComparison(pairs, tolerance: tolerance, isForced: force)
      Console.print(comparison.text)
      if comparison.exitCode != 0 { throw ExitCode(comparison.exitCode) }
    }
  }
}

import ArgumentParser
import Contracts
import Logging
import Operations
import RPC
import Transport

/// Asks a running inventory to prove its stock equations, and prints what breaks them.
struct ReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compares what is reserved and on hand with the holds and movements behind it.",
    discussion: """
      Reads one snapshot of the live data through the inventory service and changes nothing. \
      Exit codes: 0 without violations, 3 with some, 69 when inventory does not answer.
      """)

  @Option(help: ArgumentHelp("Where inventory listens.", valueName: "host:port"))
  var inventory = "127.0.0.1:50051"

  @Option(help: "Most violations to print, 1 to 1000.")
  var limit: Int32 = 1000

  @Option(help: ArgumentHelp("How long the answer may take, 1 to 10.", valueName: "seconds"))
  var timeout = 10

  @Flag(help: "One JSON object a line.")
  var json = false

  @OptionGroup var peer: PeerFlags

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
    guard (1...10).contains(timeout) else { throw ValidationError("--timeout is 1 to 10") }
  }

  func run() async throws {
    let settings: ClientSettings
    do throws(Failure) { settings = try peer.clientSettings() } catch {
      throw ProgramRun.exit(error)
    }
    let client = Client([inventory], settings: settings, logger: .errors("reconcile"))
    let answer = await ask(client)
    await client.shutdown()
    switch answer {
    case .failure(let error):
      throw ProgramRun.exit(
        Failure(
          .unavailable, "inventory at \(inventory) did not answer: \(error.message)",
          remedy: "no violation was looked for; start it, or name it with --inventory"))
    case .success(let response):
      print(response)
      if !response.violations.isEmpty { throw ExitCode(ExitReason.checkFailed.rawValue) }
    }
  }

  private func ask(_ client: Client) async -> Result<ReconcileStockResponse, RPCError> {
    let call = CallContext(deadline: .after(.seconds(timeout)))
    do throws(RPCError) {
      return .success(
        try await RemoteInventory(client).reconcileStock(ReconcileStockRequest(limit: limit), call))
    } catch {
      return .failure(error)
    }
  }

  private func print(_ response: ReconcileStockResponse) {
    let lines =
      json
      ? response.violations.map(ViolationTable.json) : ViolationTable.lines(response.violations)
    for line in lines { StandardStream.output.write(line: line) }
    let more = response.truncated ? ", and more that are not shown" : ""
    StandardStream.error.write(
      line: "checked \(response.skusChecked) SKUs and \(response.holdsChecked) holds: "
        + "\(response.violations.count) violations\(more)")
  }
}

extension Logger {
  /// Only what is worth a person's attention.
  static func errors(_ label: String) -> Logger {
    var logger = Logger(label: label)
    logger.logLevel = .error
    return logger
  }
}

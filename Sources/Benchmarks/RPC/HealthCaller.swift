import ArgumentParser
import Contracts
import Foundation
import Logging
import NIOPosix
import RPC
import Transport

/// The client under measurement: as many calls under way as `h2load` has, each by the API that an
/// application uses, and each judged by its status and its message.
struct HealthCaller: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Calls grpc.health.v1.Health/Check and tells what that took.",
    shouldDisplay: false)

  @Argument var port: Int
  @Option var calls = 200_000

  /// What the parent reads of it.
  struct Outcome {
    /// Processor seconds of the calls, user and system.
    let seconds: Double
    /// Calls that were answered OK and SERVING.
    let good: Int

    init(port: Int, calls: Int) throws {
      let caller = try PinnedProcess(
        core: 1, [CommandLine.arguments[0], "call", String(port), "--calls", String(calls)])
      let words = try caller.wholeOutput().split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let seconds = Double(words[0]), let good = Int(words[1]) else {
        throw BenchFailure("our client said \(words)")
      }
      self.seconds = seconds
      self.good = good
    }
  }

  func run() async throws {
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let clients = (0..<HTTPLoad.connections).map { _ in
      Client(["127.0.0.1:\(port)"], logger: logger, group: group)
    }
    for client in clients { try await client.connect() }
    // What the first calls make the process set up is no cost of the later ones.
    _ = await Self.call(clients, calls / 10)
    let process = ProcessInfo.processInfo.processIdentifier
    let before = ProcessTimes(processID: process)?.seconds
    let good = await Self.call(clients, calls)
    let after = ProcessTimes(processID: process)?.seconds
    guard let before, let after else { throw BenchFailure("no processor time") }
    try FileHandle.standardOutput.write(contentsOf: Data("\(after - before) \(good)\n".utf8))
  }

  /// - Returns: how many were answered OK and SERVING.
  private static func call(_ clients: [Client], _ calls: Int) async -> Int {
    var request = HealthCheckRequest()
    request.service = HealthServer.service
    let query = request
    let tasks = clients.count * HTTPLoad.inFlight
    return await withTaskGroup(of: Int.self) { group in
      for index in 0..<tasks {
        let client = clients[index % clients.count]
        let share = calls / tasks + (index < calls % tasks ? 1 : 0)
        group.addTask(executorPreference: client.executor) {
          let health = RemoteHealth(client)
          var good = 0
          for _ in 0..<share {
            let reply = try? await health.check(query, CallContext())
            if reply?.status == .serving { good += 1 }
          }
          return good
        }
      }
      return await group.reduce(0, +)
    }
  }
}

import ArgumentParser
import Foundation
import LoadTest
import Logging

/// The engine of rpcload alone, in a process of its own: prints the result as JSON, then the most
/// memory it had.
struct LoadGenerator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Drives load at a server and prints the result as JSON.",
    shouldDisplay: false)

  @Option(transform: TargetAddress.init(parsing:))
  var target: TargetAddress

  @Option(transform: RateProfile.init(parsing:))
  var rate: RateProfile?

  @Option(transform: LoadDuration.init(parsing:))
  var duration: LoadDuration?

  @Option var count: UInt64?
  @Option var concurrency = 100
  @Option var connections = 10
  @Option var streams = 10
  @Option var threads = 1

  /// Orders instead of a health check.
  @Flag var orders = false
  /// Where stock is raised before them; the target, when not given.
  @Option(transform: TargetAddress.init(parsing:))
  var inventory: TargetAddress?
  /// A look at the books afterwards.
  @Flag var verify = false
  @Option(transform: LoadDuration.init(parsing:))
  var timeout: LoadDuration?
  @Option(transform: LoadDuration.init(parsing:))
  var shedAfter: LoadDuration?

  func run() async throws {
    var configuration = RunConfiguration()
    if orders {
      configuration.workload.content = .mix(try RequestMix(parsing: "place-order=1"))
      (configuration.inventory, configuration.orders) = (inventory ?? target, target)
      configuration.preparedStock = 1_000_000
      configuration.verifies = verify
    } else {
      // With its envelope the message has nine bytes, which h2load sends too.
      let body = try RawMethod.body(hex: "0a026162")
      configuration.workload.content = .method(
        try RawMethod(parsing: "grpc.health.v1.Health/Check", bodies: [body]))
      configuration.target = target
    }
    configuration.load = rate.map { .open($0, .uniform) } ?? .closed
    configuration.ending = count.map { .count($0) } ?? .duration(duration ?? .seconds(5))
    configuration.concurrency = concurrency
    configuration.connections = connections
    configuration.streams = streams
    configuration.threads = threads
    configuration.timeout = timeout
    configuration.shedAfter = shedAfter
    let run = try LoadRun(configuration, logger: Logger(label: "bench"))
    let result = try await run.run(control: RunControl()) { _ in }
    let line = ResultDocument(result).text + "\n\(try Self.peakKibibytes())\n"
    try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
  }

  private static func peakKibibytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    guard let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first,
      let kibibytes = Int(number)
    else { throw BenchFailure("no VmHWM in /proc/self/status") }
    return kibibytes
  }
}

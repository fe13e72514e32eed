import Foundation

/// The server of the benchmarks, in a process of its own.
struct BenchServer {
  let port: Int
  private let process: PinnedProcess

  /// - Parameters:
  ///   - cores: those it is bound to, as taskset takes them.
  ///   - arguments: of `HealthServer`.
  init(cores: String, _ arguments: [String]) throws {
    process = try PinnedProcess(
      cores: cores, [CommandLine.arguments[0], "serve"] + arguments)
    guard let port = Int(try process.nextLine().dropFirst("port ".count)) else {
      throw BenchFailure("the server did not start")
    }
    self.port = port
  }

  init(core: Int, _ arguments: [String]) throws { try self.init(cores: "\(core)", arguments) }

  func stop() { process.stop() }
}

import ArgumentParser
import Contracts
import Foundation
import Logging
import NIOPosix
import RPC
import Transport

/// The server under measurement: the whole runtime with the smallest handler there is.
struct HealthServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves grpc.health.v1.Health on a free port until its end.",
    shouldDisplay: false)

  /// Twelve characters, so that a request is 19 bytes: envelope, tag, length and name.
  static let service = "bench.v1.RPC"

  func run() async throws {
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    var router = Router()
    router.register(AlwaysServing())
    var settings = ServerSettings()
    settings.connectionsMax = 100_000  // How many there are is the benchmark's to say.
    let server = Server(
      router: router, settings: settings, logger: logger,
      group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    let port = try await server.start(host: "127.0.0.1", port: 0)
    // Not `print`, which keeps its line back while standard output is a pipe.
    try FileHandle.standardOutput.write(contentsOf: Data("port \(port)\n".utf8))
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  struct AlwaysServing: HealthService {
    func check(
      _ request: HealthCheckRequest, _ call: CallContext
    ) async throws(RPCError) -> HealthCheckResponse {
      var response = HealthCheckResponse()
      response.status = .serving
      return response
    }

    func watch(
      _ request: HealthCheckRequest, _ replies: MessageWriter<HealthCheckResponse>,
      _ call: CallContext
    ) async throws(RPCError) {
      try await replies.write(HealthCheckResponse(status: .serving))
      do { try await Task.sleep(for: .seconds(3600)) } catch {}
    }
  }
}

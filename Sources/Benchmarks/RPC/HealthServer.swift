import ArgumentParser
import Contracts
import Foundation
import Logging
import NIOCore
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

  @Option(help: "Event loops.")
  var loops = 1

  @Option(help: "Microseconds until an answer.")
  var delay: Int64 = 0

  @Option(help: "Answers a second at most; whoever comes sooner waits for a turn.")
  var rateMax: Int?

  @Option(help: "Stands still for a second once, this many seconds after the first request.")
  var freezeAfter: Double?

  @Flag(help: "Takes orders too, and keeps them in memory.")
  var books = false

  func run() async throws {
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let timer = delay > 0 || rateMax != nil ? group.next() : nil
    var router = Router()
    router.register(
      AlwaysServing(
        delay: .microseconds(delay), timer: timer, freeze: freezeAfter.map(OneFreeze.init(after:)),
        turnstile: rateMax.map(Turnstile.init(rate:))))
    if books { OrderBooks().register(with: &router) }
    var settings = ServerSettings()
    settings.connectionsMax = 100_000  // How many there are is the benchmark's to say.
    let server = Server(
      router: router, settings: settings, logger: logger, group: group)
    let port = try await server.start(host: "127.0.0.1", port: 0)
    // Not `print`, which keeps its line back while standard output is a pipe.
    try FileHandle.standardOutput.write(contentsOf: Data("port \(port)\n".utf8))
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  struct AlwaysServing: HealthService {
    let delay: TimeAmount
    /// Nil where nothing is delayed.
    let timer: (any EventLoop)?
    let freeze: OneFreeze?
    var turnstile: Turnstile?

    func check(
      _ request: HealthCheckRequest, _ call: CallContext
    ) async throws(RPCError) -> HealthCheckResponse {
      freeze?.pass()
      // Not `Task.sleep`, which is late by much more than an event loop's timer.
      let turn = turnstile.map { TimeAmount.nanoseconds(Int64($0.take())) } ?? .zero
      if let timer { try? await timer.scheduleTask(in: delay + turn) {}.futureResult.get() }
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

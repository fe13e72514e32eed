internal import Logging
internal import NIOCore
internal import RPC
internal import Wire

/// Asks the server of one connection for its health, for as long as the connection lives.
/// (gRFC A17)
///
///     asking ──SERVING──▶ takes calls ◀──▶ NOT_SERVING and all else
///       ▲ └──UNIMPLEMENTED──▶ takes calls from then on, and is not asked any more
///       └── after a gap, when the stream ended otherwise
final class HealthWatch: @unchecked Sendable {
  private let connection: ClientConnection
  private let service: String
  private let settings: ClientSettings
  private let logger: Logger
  /// On the event loop: nil while the server serves.
  private let report: (RPCError?) -> Void
  private var task: Task<Void, Never>?
  private var call: CallHandle?
  private var isStopped = false

  private static let path = Array("/grpc.health.v1.Health/Watch".utf8)

  init(
    _ connection: ClientConnection, service: String, settings: ClientSettings, logger: Logger,
    report: @escaping (RPCError?) -> Void
  ) {
    self.connection = connection
    self.service = service
    self.settings = settings
    self.logger = logger
    self.report = report
  }

  func start() {
    task = Task { [self] in
      var backoff = Backoff(settings.backoff)
      while !Task.isCancelled {
        let error = await ask { backoff.reset() }
        if error.code == .unimplemented {
          logger.error(
            "health checking turned off: the server has no health service",
            metadata: ["peer": "\(connection.address)"])
          return tell(nil)
        }
        tell(
          RPCError(
            .unavailable, "\(connection.address) told no health: \(error)", isRetrySafe: true))
        try? await Task.sleep(for: backoff.next(random: .random(in: -1...1)))
      }
    }
  }

  /// On the event loop, when the connection takes no more calls.
  func stop() {
    isStopped = true
    task?.cancel()
    call?.cancel()
    call = nil
  }

  /// One stream of answers.
  /// - Returns: how it ended.
  private func ask(answered: () -> Void) async -> RPCError {
    let handle = CallHandle(
      path: Self.path, context: CallContext(), settings: settings,
      eventLoop: connection.eventLoop)
    handle.isBound = true
    guard let streams = handle.streams else { return RPCError(.internalError, "no stream") }
    let writer = MessageWriter<HealthQuery>(streams.outbox)
    let answers = MessageStream<HealthAnswer>(
      streams.inbox, limits: WireLimits(), reading: "the health")
    do throws(RPCError) {
      try await writer.write(HealthQuery(service: service))
      writer.finish()
      connection.eventLoop.execute {
        guard !self.isStopped else { return handle.cancel() }
        self.call = handle
        self.connection.start(handle)
      }
      while let answer = try await answers.next() {
        answered()
        tell(
          answer.isServing
            ? nil
            : RPCError(
              .unavailable, "\(connection.address) does not serve \(service)", isRetrySafe: true))
      }
      return RPCError(.unavailable, "the stream has ended")
    } catch {
      return error
    }
  }

  private func tell(_ failure: RPCError?) {
    connection.eventLoop.execute { if !self.isStopped { self.report(failure) } }
  }
}

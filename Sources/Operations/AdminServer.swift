internal import HTTPTypes
internal import Hummingbird
public import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization

/// The admin listener: liveness, readiness, metrics and settings over HTTP, apart from the ports
/// that serve callers. It has a thread of its own, so that it answers while every service loop is
/// busy.
public final class AdminServer: Sendable {
  private let host: String
  private let port: Int
  private let pages: AdminPages
  private let logger: Logger
  private let running = Mutex<Running?>(nil)

  private struct Running {
    let services: ServiceGroup
    let task: Task<Void, any Error>
    let group: MultiThreadedEventLoopGroup
  }

  public init(host: String, port: Int, pages: AdminPages, logger: Logger) {
    self.host = host
    self.port = port
    self.pages = pages
    var quiet = logger
    // Hummingbird tells at `info` where it listens; the program's own start-up line does that.
    quiet.logLevel = max(logger.logLevel, .warning)
    self.logger = quiet
  }

  /// Listens; port 0 takes a free one.
  /// - Returns: the port.
  public func start() async throws(Failure) -> Int {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let (bound, announce) = AsyncStream.makeStream(of: Result<Int, any Error>.self)
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), backlog: 64),
      onServerRunning: { announce.yield(.success($0.localAddress?.port ?? 0)) },
      eventLoopGroupProvider: .shared(group), logger: logger)
    let services = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    let task = Task {
      do {
        try await services.run()
      } catch {
        announce.yield(.failure(error))
        throw error
      }
    }
    running.withLock { $0 = Running(services: services, task: task, group: group) }
    for await result in bound {
      switch result {
      case .success(let port): return port
      case .failure(let error):
        await stop(within: .zero)
        throw ListenFailure.failure(
          host: host, port: port, error: error, portFlag: SettingsTable().adminPort.flag)
      }
    }
    throw Failure(
      .internalError, "the start of the admin listener was cancelled", remedy: "start again")
  }

  /// Stops listening, waits for the answers under way for at most `limit`, and closes the rest.
  public func stop(within limit: Duration) async {
    guard
      let running = running.withLock({ running in
        let taken = running
        running = nil
        return taken
      })
    else { return }
    await running.services.triggerGracefulShutdown()
    let timer = Task {
      try await Task.sleep(for: limit)
      running.task.cancel()
    }
    _ = await running.task.result
    timer.cancel()
    try? await running.group.shutdownGracefully()
  }

  private var responder: CallbackResponder<BasicRequestContext> {
    CallbackResponder { [pages] request, _ in
      let answer = pages.answer(request.method.rawValue, request.uri.path)
      var headers = HTTPFields()
      headers[.contentType] = answer.contentType
      headers[.cacheControl] = "no-store"
      headers[.xContentTypeOptions] = "nosniff"
      if let allow = answer.allow { headers[.allow] = allow }
      let isHead = request.method == .head
      if isHead { headers[.contentLength] = String(answer.body.count) }
      return Response(
        status: HTTPResponse.Status(code: answer.status), headers: headers,
        body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
  }
}

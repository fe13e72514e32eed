public import Contracts
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import Synchronization

/// The JSON edge: REST calls come in, calls of `inventory.v1` and `orders.v1` go out.
///
/// It keeps nothing between requests, so that any number of edges can stand before the same
/// services.
public final class EdgeServer: Sendable {
  private enum Phase: Sendable {
    case created
    case running(Server<EdgeChannel>, Task<Void, any Error>)
    case stopped
  }

  private let settings: EdgeSettings
  private let logger: Logger
  private let responder: EdgeResponder
  private let channel: EdgeChannel
  private let phase = Mutex(Phase.created)

  /// - Parameters:
  ///   - observer: Told of every request, for metrics.
  ///   - isReady: What `/readyz` asks beyond the server's own state; must not block.
  public init(
    settings: EdgeSettings, orders: any OrdersService, inventory: any InventoryService,
    logger: Logger, observer: (any EdgeObserver)? = nil,
    isReady: @escaping @Sendable () -> Bool = { true }
  ) {
    self.settings = settings
    self.logger = logger
    responder = EdgeResponder(
      settings: settings, orders: orders, inventory: inventory, logger: logger, isReady: isReady)
    channel = EdgeChannel(
      responder: responder,
      reporter: ExchangeReporter(
        accessLog: settings.accessLog, observer: observer, logger: logger),
      connections: ConnectionRegister())
  }

  /// Listens, and answers the port it listens on once clients can connect.
  public func start() async throws(EdgeError) -> Int {
    let (bound, announce) = AsyncStream.makeStream(of: Result<Int, any Error>.self)
    var quiet = logger
    // Hummingbird tells at `info` where it listens; the program's own start-up line does that.
    quiet.logLevel = max(logger.logLevel, .warning)
    let server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(settings.connectionsMax)),
      onServerRunning: { announce.yield(.success($0.localAddress?.port ?? 0)) },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: quiet)
    let isFirst = phase.withLock { phase in
      guard case .created = phase else { return false }
      phase = .running(
        server,
        Task {
          do {
            try await server.run()
          } catch {
            announce.yield(.failure(error))
            throw error
          }
        })
      return true
    }
    guard isFirst else { throw EdgeError(reason: .alreadyStarted) }
    for await result in bound {
      switch result {
      case .success(let port): return port
      case .failure(let error):
        throw EdgeError(
          reason: .cannotListen(
            host: settings.host, port: settings.port, cause: String(describing: error)))
      }
    }
    throw EdgeError(
      reason: .cannotListen(host: settings.host, port: settings.port, cause: "cancelled"))
  }

  /// Accepts no more, lets the requests in flight be answered with `Connection: close`, and cuts
  /// what is left after `limit`.
  ///
  /// - Returns: How many connections were cut.
  @discardableResult
  public func shutdown(within limit: Duration) async -> Int {
    let last = phase.withLock { phase in
      let last = phase
      phase = .stopped
      return last
    }
    guard case .running(let server, let running) = last else { return 0 }
    responder.startDraining()
    let connections = channel.connections
    return await withTaskGroup(of: Int?.self) { group in
      group.addTask {
        // An error means that it does not run any more, which is what is wanted.
        try? await server.shutdownGracefully()
        _ = await running.result
        return nil
      }
      group.addTask {
        do {
          try await Task.sleep(for: limit)
        } catch {
          return 0
        }
        return connections.closeAll()
      }
      var cut = 0
      for await ended in group {
        if let ended { cut += ended } else { group.cancelAll() }
      }
      return cut
    }
  }
}

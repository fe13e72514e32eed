public import Logging
package import NIOCore
public import NIOPosix
internal import NIOSSL
public import RPC
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Serves the methods of a router over HTTP/2, in clear or, with `ServerSettings.tls`, over TLS.
///
///     let server = Server(router: router, settings: ServerSettings(), logger: logger)
///     let port = try await server.start(host: "127.0.0.1", port: 0)
///     let cut = await server.shutdown(within: .seconds(30))
public final class Server: Sendable {
  private let router: Router
  let settings: ServerSettings
  private let logger: Logger
  private let observer: (any CallObserver)?
  let group: MultiThreadedEventLoopGroup
  private let state = Mutex(State())
  private let account = TrafficAccount()

  private struct State {
    var listener: (any Channel)?
    var connections: [ObjectIdentifier: (connection: ServerConnection, channel: any Channel)] = [:]
    var stop: Task<Int, Never>?
    var refusedConnections: UInt64 = 0
  }

  /// - Parameters:
  ///   - checks: Judge each call by its headers, in this order.
  ///   - interceptors: Stand around each handler, the first outermost.
  public init(
    router: Router, settings: ServerSettings = ServerSettings(), logger: Logger,
    observer: (any CallObserver)? = nil, checks: [any AdmissionCheck] = [],
    interceptors: [any CallInterceptor] = [], group: MultiThreadedEventLoopGroup = .singleton
  ) {
    self.router = router.guarded(by: checks, within: interceptors)
    self.settings = settings
    self.logger = logger
    self.observer = observer
    self.group = group
  }

  /// Connections open right now.
  public var connectionCount: Int { state.withLock { $0.connections.count } }

  /// The sockets behind them.
  var channels: [any Channel] { state.withLock { $0.connections.values.map(\.channel) } }

  /// Connections closed as they came, because there were `connectionsMax` already.
  public var refusedConnectionCount: UInt64 { state.withLock { $0.refusedConnections } }

  /// What its connections have counted.
  public var counts: TrafficCounts { account.counts }

  func listen(_ address: String, on listener: @autoclosure () async throws -> any Channel)
    async throws(TransportError) -> any Channel
  {
    guard state.withLock({ $0.listener == nil && $0.stop == nil }) else {
      throw TransportError(.alreadyStarted, address: address)
    }
    let opened: any Channel
    do {
      opened = try await listener()
    } catch let error as TransportError {
      throw error
    } catch let error as IOError {
      throw TransportError(Self.reason(error), address: address)
    } catch {
      throw TransportError(.system("\(error)"), address: address)
    }
    state.withLock { $0.listener = opened }
    return opened
  }

  private static func reason(_ error: IOError) -> TransportError.Reason {
    switch error.errnoCode {
    case EADDRINUSE: .addressInUse
    case EACCES: .permissionDenied
    case EADDRNOTAVAIL: .addressInvalid
    default: .system("\(error)")
    }
  }

  /// Takes a connection, whose channel may be of any kind; to be called on its event loop.
  package func accept(_ channel: any Channel) throws {
    let connection = try ServerConnection(
      settings: settings, router: router, logger: logger, observer: observer, account: account,
      channel: channel)
    let id = ObjectIdentifier(connection)
    let (isStopping, isOneTooMany) = state.withLock { state in
      guard state.connections.count < settings.connectionsMax else {
        state.refusedConnections &+= 1
        return (true, true)
      }
      state.connections[id] = (connection, channel)
      return (state.stop != nil, false)
    }
    if isOneTooMany {
      // Closed rather than left waiting, so that a client goes elsewhere.
      channel.close(promise: nil)
      return
    }
    account.opened(connection.tally)
    channel.closeFuture.whenComplete { _ in
      self.account.closed(connection.tally)
      self.state.withLock { $0.connections[id] = nil }
    }
    if let tls = settings.tls {
      try channel.pipeline.syncOperations.addHandlers(
        CiphertextBuffer(ReadBuffer.of(channel.eventLoop)),
        NIOSSLServerHandler(context: tls.context))
    }
    try channel.pipeline.syncOperations.addHandler(connection)
    if isStopping { connection.startDrain(.shutdown) }
  }

  /// Stops accepting, lets the calls in progress end for at most `limit`, and cuts what is left
  /// with UNAVAILABLE. Returns at the latest one second after the limit. A second call waits for
  /// the first.
  /// - Returns: how many calls were cut.
  @discardableResult
  public func shutdown(within limit: Duration = .seconds(30)) async -> Int {
    let task = state.withLock { state in
      if let stop = state.stop { return stop }
      let task = Task { await self.stop(within: limit) }
      state.stop = task
      return task
    }
    return await task.value
  }

  private func stop(within limit: Duration) async -> Int {
    let (listener, open) = state.withLock { ($0.listener, Array($0.connections.values)) }
    try? await listener?.close().get()
    for (connection, channel) in open {
      channel.eventLoop.execute { connection.startDrain(.shutdown) }
    }
    if await allClosed(within: limit) { return 0 }
    var cut = 0
    for (connection, channel) in state.withLock({ Array($0.connections.values) }) {
      cut +=
        (try? await channel.eventLoop.submit {
          connection.cutOff(RPCError(.unavailable, "server shutting down"))
        }.get()) ?? 0
    }
    if await !allClosed(within: .milliseconds(500)) {
      // A peer that does not read keeps a closing socket open; nobody waits for it.
      for (_, channel) in state.withLock({ Array($0.connections.values) }) {
        channel.close(mode: .all, promise: nil)
      }
    }
    return cut
  }

  private func allClosed(within limit: Duration) async -> Bool {
    let futures = state.withLock { $0.connections.values.map(\.channel.closeFuture) }
    let loop = group.next()
    let done = loop.makePromise(of: Bool.self)
    let timer = loop.scheduleTask(in: TimeAmount(limit)) { done.succeed(false) }
    EventLoopFuture.andAllComplete(futures, on: loop).whenComplete { _ in
      timer.cancel()
      done.succeed(true)
    }
    return (try? await done.futureResult.get()) ?? false
  }
}

internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A wire between two processes that a test can cut, slow down, or make deaf on one side.
///
///     client ──▶ 127.0.0.1:port ──▶ target        upstream: what the client sends
///            ◀──                ◀──               downstream: what the target sends
public final class FaultProxy: Sendable {
  public enum Target: Sendable {
    case port(Int)
    /// A socket file, as that of a PostgreSQL.
    case socket(String)
  }

  public enum Fault: Equatable, Sendable {
    case none
    /// Every connection ends, and so does each new one.
    case cut
    /// Connections stand and are taken, and nothing goes through, in neither direction.
    case halfOpen
    case loseUpstream
    case loseDownstream
    case delay(milliseconds: Int64)
    /// Each connection ends once this many more bytes have passed, wherever in a message that is.
    case cutAfter(bytes: Int)
  }

  private struct State {
    var target: Target?
    var fault = Fault.none
    var channels: [ObjectIdentifier: any Channel] = [:]
    var bytesLeft = 0
    var cuts = 0
  }

  private let state = Mutex(State())
  private let listener = Mutex<(any Channel)?>(nil)

  /// - Parameter target: nil until `aim` names one; nobody gets through before.
  public init(to target: Target? = nil) { state.withLock { $0.target = target } }

  public func aim(at target: Target) { state.withLock { $0.target = target } }

  /// - Returns: the port on 127.0.0.1.
  public func start() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { [self] client in connect(client) }
      .bind(host: "127.0.0.1", port: 0).get()
    listener.withLock { $0 = channel }
    return channel.localAddress?.port ?? 0
  }

  /// From now on this is wrong, and nothing else.
  public func set(_ fault: Fault) {
    let channels = state.withLock { state in
      // A connection that lost bytes makes no sense any more, whichever end finds out.
      let hasLost = [.halfOpen, .loseUpstream, .loseDownstream].contains(state.fault)
      state.fault = fault
      if case .cutAfter(let bytes) = fault { state.bytesLeft = bytes }
      return fault == .cut || hasLost ? Array(state.channels.values) : []
    }
    close(channels)
  }

  /// Ends every connection once, and takes new ones.
  public func cutOnce() { close(state.withLock { Array($0.channels.values) }) }

  public var connectionCount: Int { state.withLock { $0.channels.count / 2 } }

  /// Connections ended inside a message.
  public var cutCount: Int { state.withLock { $0.cuts } }

  public func stop() async {
    try? await listener.withLock { $0 }?.close().get()
    cutOnce()
  }

  private func close(_ channels: [any Channel]) {
    for channel in channels { channel.close(promise: nil) }
  }

  private func connect(_ client: any Channel) -> EventLoopFuture<Void> {
    let (fault, target) = state.withLock { ($0.fault, $0.target) }
    guard let target, fault != .cut else {
      return client.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
    }
    let bootstrap = ClientBootstrap(group: client.eventLoop)
      .channelOption(.autoRead, value: false)
      .channelInitializer { server in
        server.eventLoop.makeCompletedFuture {
          try server.pipeline.syncOperations.addHandler(
            Relay(to: client, upstream: false, proxy: self))
        }
      }
    let connected =
      switch target {
      case .port(let port): bootstrap.connect(host: "127.0.0.1", port: port)
      case .socket(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    return connected.flatMapThrowing { [self] server in
      try client.pipeline.syncOperations.addHandler(
        Relay(to: server, upstream: true, proxy: self))
      for channel in [client, server] {
        let id = ObjectIdentifier(channel)
        let fault = state.withLock { state in
          state.channels[id] = channel
          return state.fault
        }
        // The cut came while this side was connecting, too early to find the connection.
        if fault == .cut { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.channels[id] = nil } }
        channel.setOption(.autoRead, value: true).whenFailure { _ in }
      }
    }
  }

  fileprivate enum Passage {
    case pass
    case lose
    case delay(Int64)
    case cut(after: Int)
  }

  fileprivate func passage(of count: Int, upstream: Bool) -> Passage {
    state.withLock { state in
      switch state.fault {
      case .none: return .pass
      case .cut, .halfOpen: return .lose
      case .loseUpstream: return upstream ? .lose : .pass
      case .loseDownstream: return upstream ? .pass : .lose
      case .delay(let time): return .delay(time)
      case .cutAfter(let bytes):
        guard count < state.bytesLeft else {
          let passed = state.bytesLeft
          state.bytesLeft = bytes
          state.cuts += 1
          return .cut(after: passed)
        }
        state.bytesLeft -= count
        return .pass
      }
    }
  }
}

/// Carries the bytes of one direction. Both channels are on one loop, so order is kept.
private final class Relay: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  private let other: any Channel
  private let isUpstream: Bool
  private let proxy: FaultProxy
  // Touched on the loop alone.
  private var lastDelayed = NIODeadline.uptimeNanoseconds(0)
  private var delayedCount = 0

  init(to other: any Channel, upstream: Bool, proxy: FaultProxy) {
    self.other = other
    self.isUpstream = upstream
    self.proxy = proxy
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    switch proxy.passage(of: bytes.readableBytes, upstream: isUpstream) {
    case .pass:
      // What was delayed before goes first, though the wire is quick again.
      if delayedCount > 0 {
        write(bytes, at: lastDelayed)
      } else {
        other.writeAndFlush(bytes, promise: nil)
      }
    case .lose: break
    case .delay(let time): write(bytes, at: max(lastDelayed, .now() + .milliseconds(time)))
    case .cut(let count):
      let channel = context.channel
      other.writeAndFlush(bytes.getSlice(at: bytes.readerIndex, length: count) ?? ByteBuffer())
        .whenComplete { [other] _ in
          other.close(promise: nil)
          channel.close(promise: nil)
        }
    }
  }

  private func write(_ bytes: ByteBuffer, at time: NIODeadline) {
    lastDelayed = time
    delayedCount += 1
    other.eventLoop.scheduleTask(deadline: time) { [self] in
      delayedCount -= 1
      other.writeAndFlush(bytes, promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

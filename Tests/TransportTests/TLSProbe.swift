import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// One end of TLS that says nothing of its own and tells what it saw.
final class TLSProbe: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  struct Sight: Sendable {
    var isSecured = false
    var protocolName: String?
    /// Of what came inside TLS.
    var byteCount = 0
    var error: String?
  }

  private let sight = Mutex(Sight())
  private let promise: EventLoopPromise<Sight>

  init(_ eventLoop: any EventLoop) { promise = eventLoop.makePromise() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let name)? = event as? TLSUserEvent else { return }
    sight.withLock {
      $0.isSecured = true
      $0.protocolName = name
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    sight.withLock { $0.byteCount += unwrapInboundIn(data).readableBytes }
    // What it waited for; the other end may want to keep the connection.
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    sight.withLock { $0.error = $0.error ?? "\(error)" }
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.succeed(sight.withLock { $0 })
  }

  /// Connects and answers what there was until the first byte or the end of the connection.
  static func client(
    _ port: Int, _ change: (inout TLSConfiguration) -> Void
  ) async throws -> Sight {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.applicationProtocols = ["h2"]
    change(&configuration)
    let tls = try NIOSSLContext(configuration: configuration)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let probe = TLSProbe(loop)
    do {
      _ = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(
              NIOSSLClientHandler(context: tls, serverHostname: nil), probe)
          }
        }
        .connect(host: "127.0.0.1", port: port).get()
    } catch {
      probe.promise.fail(error)
    }
    return try await probe.promise.futureResult.get()
  }

  /// Listens for one connection.
  /// - Returns: its port, and what there was until its end.
  static func server(
    _ configuration: TLSConfiguration
  ) async throws -> (port: Int, sight: EventLoopFuture<Sight>) {
    let tls = try NIOSSLContext(configuration: configuration)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let probe = TLSProbe(loop)
    let listener = try await ServerBootstrap(group: loop)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            NIOSSLServerHandler(context: tls), probe)
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    probe.promise.futureResult.whenComplete { _ in listener.close(promise: nil) }
    return (listener.localAddress?.port ?? 0, probe.promise.futureResult)
  }
}

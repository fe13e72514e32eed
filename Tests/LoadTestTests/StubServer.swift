import HTTP2
import NIOCore
import NIOPosix

/// A server on a real socket that answers each request as a test says: rightly, wrongly or not at
/// all. It speaks HTTP/2 by the session under test elsewhere, and gRPC by hand.
final class StubServer: Sendable {
  enum Reply: Sendable {
    /// Status 0 after one message.
    case ok
    /// One block with this status and no message.
    case trailersOnly(status: String)
    /// One message and this status in the trailers.
    case trailers(status: String)
    /// HTTP 200 and one message, and the stream ends without a status.
    case noStatus
    case messages(Int)
    /// Status 0 after half a message.
    case cutMessage
    /// Flags that do not exist before a message.
    case badEnvelope
    /// Another HTTP status or content type beside status 0.
    case head(httpStatus: String, contentType: String)
    case reset(HTTP2ErrorCode)
    case silence
    /// Closes the connection.
    case hangUp
    /// Status 0, and the server is going away: this is the last request that it serves.
    case goAway
  }

  let port: Int
  private let channel: any Channel

  /// - Parameters:
  ///   - streams: how many requests at once a connection may carry.
  ///   - script: what to answer the n-th request of a connection, from 0.
  init(
    streams: UInt32 = 256, socketFile: String? = nil,
    _ script: @escaping @Sendable (_ number: Int) -> Reply
  ) async throws {
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            StubServerConnection(streams: streams, script))
        }
      }
    if let socketFile {
      channel = try await bootstrap.bind(unixDomainSocketPath: socketFile).get()
    } else {
      channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
    }
    port = channel.localAddress?.port ?? 0
  }

  func close() async throws { try await channel.close().get() }
}

private final class StubServerConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let session: HTTP2Session
  private let script: (Int) -> StubServer.Reply
  private var requests = 0
  private var hasEnded = false
  /// The last request that is served.
  private var last: StreamID?
  private var hasSaidGoAway = false

  init(streams: UInt32, _ script: @escaping (Int) -> StubServer.Reply) throws {
    var settings = HTTP2Settings.server
    settings.concurrentStreamsMax = streams
    session = try HTTP2Session(
      role: .server, settings: settings, now: NIODeadline.now().uptimeNanoseconds)
    self.script = script
  }

  func channelActive(context: ChannelHandlerContext) {
    do { try takeTurn(context) } catch { end(context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    guard !hasEnded else { return }
    do {
      try session.receive(Array(buffer.readableBytesView), now: NIODeadline.now().uptimeNanoseconds)
      try takeTurn(context)
    } catch {
      end(context)
    }
  }

  /// Draining makes events too: both go on until there is nothing more to take or to send.
  private func takeTurn(_ context: ChannelHandlerContext) throws {
    var bytes: [UInt8] = []
    var isIdle = false
    while !isIdle, !hasEnded {
      isIdle = true
      while !hasEnded, let event = session.nextEvent() {
        isIdle = false
        switch event {
        case .headers(let stream, _, .request, let endStream) where endStream:
          try answer(stream, context)
        case .endStream(let stream): try answer(stream, context)
        case .closed: session.releaseSlot()
        default: break
        }
      }
      let before = bytes.count
      try session.drain(into: &bytes)
      isIdle = isIdle && bytes.count == before
    }
    if let last, !hasSaidGoAway {
      hasSaidGoAway = true
      bytes += Self.goAway(last)
    }
    guard !hasEnded, !bytes.isEmpty else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func end(_ context: ChannelHandlerContext) {
    hasEnded = true
    context.close(promise: nil)
  }

  /// GOAWAY by hand: the session itself would take back nothing that it has begun. (RFC 9113 §6.8)
  private static func goAway(_ last: StreamID) -> [UInt8] {
    let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: last.rawValue >> Int32($0)) }
    return [0, 0, 8, 7, 0, 0, 0, 0, 0] + number + [0, 0, 0, 0]
  }

  private static let message: [UInt8] = [0, 0, 0, 0, 2, 8, 1]

  private func answer(_ stream: StreamID, _ context: ChannelHandlerContext) throws {
    defer { requests += 1 }
    guard last == nil else { return }
    switch script(requests) {
    case .ok: try reply(stream, Self.message, status: "0")
    case .trailers(let status): try reply(stream, Self.message, status: status)
    case .trailersOnly(let status):
      try session.submitResponse(
        Self.head() + [HeaderField("grpc-status", Array(status.utf8))], endStream: true, on: stream)
    case .noStatus:
      try session.submitResponse(Self.head(), endStream: false, on: stream)
      try session.send(Self.message, on: stream)
      try session.finish(stream)
    case .messages(let count):
      let body = (0..<count).flatMap { _ in Self.message }
      try reply(stream, body, status: "0")
    case .cutMessage: try reply(stream, Array(Self.message.dropLast()), status: "0")
    case .badEnvelope: try reply(stream, [9] + Self.message.dropFirst(), status: "0")
    case .head(let httpStatus, let contentType):
      try reply(stream, Self.message, status: "0", Self.head(httpStatus, contentType))
    case .reset(let code): session.reset(stream, code)
    case .silence: break
    case .hangUp: end(context)
    case .goAway:
      try reply(stream, Self.message, status: "0")
      last = stream
    }
  }

  private func reply(
    _ stream: StreamID, _ body: [UInt8], status: String, _ head: [HeaderField] = head()
  ) throws {
    try session.submitReply(
      head, body: body, trailers: [HeaderField("grpc-status", Array(status.utf8))], on: stream)
  }

  private static func head(
    _ status: String = "200", _ type: String = "application/grpc"
  ) -> [HeaderField] {
    [HeaderField(":status", Array(status.utf8)), HeaderField("content-type", Array(type.utf8))]
  }
}

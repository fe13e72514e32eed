import HTTP2
import NIOCore
import NIOEmbedded
import RPC
import TestSupport
import Testing

@testable import Transport

/// How often the socket is written to: once for what was read at once.
@Suite struct OneWriteTests {
  /// What has been written to the socket since it was last asked.
  private static func writes(_ channel: EmbeddedChannel) throws -> [[UInt8]] {
    var all: [[UInt8]] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      all.append(Array(buffer.readableBytesView))
    }
    return all
  }

  /// Finds the socket gone as soon as it is told to.
  private final class Breaker: ChannelOutboundHandler, @unchecked Sendable {
    typealias OutboundIn = ByteBuffer
    var isBroken = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      if isBroken { context.close(promise: nil) } else { context.write(data, promise: promise) }
    }
  }

  @Test(arguments: [1, 50])
  func `a write that finds the socket gone ends each call once`(count: Int) throws {
    let channel = try Self.serverChannel()
    let breaker = Breaker()
    try channel.pipeline.syncOperations.addHandler(breaker, position: .first)
    breaker.isBroken = true
    let requests = (0..<count).flatMap {
      LivePeer.call(NoteAPI.echo.path, Int32(2 * $0 + 1), message: [0x0A, 1, 0x78])
    }
    // The session objects to a slot that is given back twice.
    try channel.writeInbound(ByteBuffer(bytes: requests))
    #expect(!channel.isActive)
    #expect(try Self.writes(channel) == [])
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  private static func serverChannel() throws -> EmbeddedChannel {
    var router = Router()
    router.unary(NoteAPI.echo) { note, _ in note }
    router.unary(NoteAPI.fail) { (_, _) throws(RPCError) in throw RPCError(.notFound, "none") }
    let channel = EmbeddedChannel()
    let connection = try ServerConnection(
      settings: ServerSettings(), router: router, logger: .quiet, observer: nil,
      account: TrafficAccount(), channel: channel)
    try channel.pipeline.syncOperations.addHandler(connection)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    _ = try writes(channel)
    try channel.writeInbound(
      ByteBuffer(bytes: Frame.preface + Frame.settings.bytes + Frame.settingsAck.bytes))
    _ = try writes(channel)
    return channel
  }

  @Test(arguments: [1, 50])
  func `all replies to what was read at once leave in one write`(count: Int) throws {
    let channel = try Self.serverChannel()
    let paths = [NoteAPI.echo.path, NoteAPI.fail.path, NoteAPI.missing.path]
    let requests = (0..<count).flatMap { index in
      LivePeer.call(paths[index % paths.count], Int32(2 * index + 1), message: [0x0A, 1, 0x78])
    }
    try channel.writeInbound(ByteBuffer(bytes: requests))
    let writes = try Self.writes(channel)
    #expect(writes.count == 1)
    let frames = Frame.parse(writes.first ?? [])
    for index in 0..<count {
      let types = frames.filter { $0.stream == Int32(2 * index + 1) }.map(\.type)
      let isEcho = index % paths.count == 0
      let whole = [FrameType.headers, FrameType.data, FrameType.headers]
      #expect(types == (isEcho ? whole : [FrameType.headers]))
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  @Test(arguments: [1, 2, 60])
  func `all requests of one turn leave in one write`(count: Int) throws {
    let channel = EmbeddedChannel()
    let endpoint = try #require(Endpoint(HostPort(host: "127.0.0.1", port: 1)))
    let connection = try ClientConnection(
      endpoint: endpoint, settings: ClientSettings(), logger: .quiet, account: TrafficAccount(),
      channel: channel)
    try channel.pipeline.syncOperations.addHandler(connection)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(ByteBuffer(bytes: Frame.settings.bytes + Frame.settingsAck.bytes))
    _ = try Self.writes(channel)
    for _ in 0..<count {
      let call = CallHandle(
        path: Array(NoteAPI.echo.path.utf8), body: [0, 0, 0, 0, 1, 7], context: CallContext(),
        settings: ClientSettings())
      connection.start(call)
    }
    channel.embeddedEventLoop.run()
    let writes = try Self.writes(channel)
    #expect(writes.count == 1)
    let frames = Frame.parse(writes.first ?? [])
    for index in 0..<count {
      let own = frames.filter { $0.stream == Int32(2 * index + 1) }
      #expect(own.map(\.type) == [FrameType.headers, FrameType.data])
      #expect(own.last?.flags == 1)
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }
}

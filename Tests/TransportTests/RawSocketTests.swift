import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import Testing
import Transport

/// What a server does with peers that speak no HTTP/2, or little of it, over a real socket.
@Suite struct RawSocketTests {
  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let bytes = Mutex<[UInt8]>([])

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let part = Array(unwrapInboundIn(data).readableBytesView)
      bytes.withLock { $0 += part }
    }
  }

  /// Everything the server sends until it closes, which it may do before it has our bytes.
  private static func exchange(_ bytes: [UInt8], port: Int) async throws -> [UInt8] {
    let collector = Collector()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { $0.pipeline.addHandler(collector) }
      .connect(host: "127.0.0.1", port: port).get()
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    try await channel.closeFuture.get()
    return collector.bytes.withLock { $0 }
  }

  /// Type and payload of each frame in `bytes`.
  private static func frames(_ bytes: [UInt8]) -> [(type: UInt8, payload: [UInt8])] {
    var frames: [(UInt8, [UInt8])] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      frames.append((head[3], Array(rest.dropFirst(9).prefix(length))))
      rest = rest.dropFirst(9 + length)
    }
    return frames
  }

  private static let goAway: UInt8 = 7

  private static func expectAlive(_ notes: NoteServer) async throws {
    let client = notes.client()
    #expect(try await client.unary(NoteAPI.echo, Note("x"), CallContext()).text == "x")
    await client.shutdown()
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "\u{16}\u{3}\u{1} a TLS client's hello, more or less",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ])
  func `what is no HTTP/2 gets a GOAWAY that says so, and nobody else notices`(
    text: String
  ) async throws {
    let notes = try await NoteServer()
    let answer = try await Self.exchange(Array(text.utf8), port: notes.port)
    let last = try #require(Self.frames(answer).last { $0.type == Self.goAway })
    // PROTOCOL_ERROR. (RFC 9113 §3.4)
    #expect(Array(last.payload[4..<8]) == [0, 0, 0, 1])
    #expect(last.payload.count > 8 && last.payload.dropFirst(8).allSatisfy { 0x20...0x7E ~= $0 })
    try await Self.expectAlive(notes)
    await notes.server.shutdown(within: .seconds(5))
  }

  /// The limit is what ends the wait here; the test ends only because the server closes.
  @Test(arguments: ["", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HT"])
  func `a peer that never gets to its SETTINGS is closed on`(text: String) async throws {
    let notes = try await NoteServer { $0.handshakeTimeMax = .milliseconds(100) }
    _ = try await Self.exchange(Array(text.utf8), port: notes.port)
    // A busy machine may keep an honest client from its SETTINGS as long, but not every time.
    let client = notes.client()
    let isAlive = await eventually {
      (try? await client.unary(NoteAPI.echo, Note("x"), CallContext()))?.text == "x"
    }
    #expect(isAlive)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a GOAWAY that comes and one that goes are logged with code, reason and peer`()
    async throws
  {
    let log = LogRecorder()
    let notes = try await NoteServer(logger: log.logger)
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    let farewell =
      [0, 0, 12, 7, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 11] + Array("bye!".utf8)
    // DATA on stream 0, which ends any connection. (RFC 9113 §6.1)
    let offence: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    _ = try await Self.exchange(preface + settings + farewell + offence, port: notes.port)
    #expect(await eventually { log.lines.contains { $0.message == "GOAWAY sent" } })
    let received = try #require(log.lines.first { $0.message == "GOAWAY received" })
    #expect(received.metadata["reason"] == "bye!")
    #expect(received.metadata["code"] == "ENHANCE_YOUR_CALM")
    #expect(received.metadata["peer"]?.hasPrefix("127.0.0.1:") == true)
    let sent = try #require(log.lines.first { $0.message == "GOAWAY sent" })
    #expect(sent.metadata["code"] == "PROTOCOL_ERROR" && sent.metadata["peer"] != nil)
    await notes.server.shutdown(within: .seconds(5))
  }
}

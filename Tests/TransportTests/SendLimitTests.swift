import HTTP2
import Logging
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// What this side must not send: messages over its own limit, and header lists over the peer's.
@Suite struct SendLimitTests {
  private static func payload(_ count: Int) -> Note {
    Note("", payload: [UInt8](repeating: 1, count: count))
  }

  /// A payload of 97 bytes makes a message of 99.
  private static let limit = 99

  @Test func `a reply over the limit becomes an error that names both numbers`() async throws {
    let notes = try await NoteServer { $0.sendMessageBytesMax = Self.limit }
    let client = notes.client()
    let exact = try await client.unary(NoteAPI.echo, Self.payload(97), CallContext())
    #expect(exact.payload.count == 97)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Self.payload(98), CallContext())
    }
    #expect(error?.code == .resourceExhausted)
    #expect(
      error?.message == "the message to send has 100 bytes; sendMessageBytesMax is \(Self.limit)")
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a request over the limit is never sent`() async throws {
    let notes = try await NoteServer()
    var settings = ClientSettings()
    settings.sendMessageBytesMax = Self.limit
    let client = Client([notes.address], settings: settings, logger: .quiet)
    _ = try await client.unary(NoteAPI.echo, Self.payload(97), CallContext())
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Self.payload(98), CallContext())
    }
    #expect(error?.code == .resourceExhausted)
    #expect(notes.handlers.started.load(ordering: .relaxed) == 1)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a streamed message over the limit fails its writer and the call`() async throws {
    let notes = try await NoteServer { $0.sendMessageBytesMax = Self.limit }
    let client = notes.client()
    let request = Note("3", payload: [UInt8](repeating: 1, count: 200))
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.serverStreaming(NoteAPI.count, request, CallContext()) {
        (replies) throws(RPCError) in
        while let _ = try await replies.next() {}
        return Note()
      }
    }
    #expect(error?.code == .resourceExhausted)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  /// A server whose only method fails with everything there is to say.
  private static func failingServer() async throws -> (Server, Int) {
    var router = Router()
    router.unary(NoteAPI.fail) { (_, call) throws(RPCError) in
      var metadata = Metadata()
      do throws(MetadataError) {
        try metadata.add("x-more", String(repeating: "m", count: 200))
      } catch {
        throw RPCError(.internalError, "\(error)")
      }
      call.trailingMetadata = metadata
      throw RPCError(
        .failedPrecondition, String(repeating: "t", count: 100),
        details: [AnyDetail(ErrorInfo(reason: "TEST", domain: "notes"))])
    }
    var settings = ServerSettings()
    settings.handshakeTimeMax = .seconds(600)  // A busy machine may let a loop wait for long.
    let server = Server(router: router, settings: settings, logger: .quiet)
    return (server, try await server.start(host: "127.0.0.1", port: 0))
  }

  @Test(arguments: [
    (16_384, ["grpc-message", "grpc-status-details-bin", "x-more"]),
    (700, ["grpc-message", "grpc-status-details-bin"]), (340, ["grpc-message"]), (200, []),
    (0, []),
  ])
  func `what a peer does not take is dropped from the end, and never the code`(
    limit: Int, kept: [String]
  ) async throws {
    let (server, port) = try await Self.failingServer()
    let settings: [UInt8] = [
      0, 6, 0, 0, UInt8(truncatingIfNeeded: limit >> 8), UInt8(truncatingIfNeeded: limit),
    ]
    let peer = try await LivePeer(port: port, settings: settings)
    peer.send(LivePeer.call("/test.Notes/Fail", 1))
    #expect(await peer.frame { $0.stream == 1 && $0.flags & 1 != 0 } != nil)
    let fields = try ReplyDecoder(peer.bytes, streams: 1).fields[1] ?? []
    let names = fields.map(\.name).filter { !$0.hasPrefix(":") && $0 != "content-type" }
    #expect(names == ["grpc-status"] + kept)
    #expect(fields.first { $0.name == "grpc-status" }?.value == "9")
    await peer.close()
    await server.shutdown(within: .seconds(5))
  }

  @Test func `a request whose headers the server would not take is not sent`() async throws {
    let notes = try await NoteServer { $0.http2.headerListBytesMax = 1024 }
    let client = notes.client()
    var metadata = Metadata()
    try metadata.add("x-more", String(repeating: "m", count: 1000))
    let call = CallContext(metadata: metadata)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note("x"), call)
    }
    #expect(error?.code == .internalError)
    #expect(error?.message.contains("takes 1024") == true)
    // Nothing was sent: the connection, and the next call, know nothing of it.
    #expect(try await client.unary(NoteAPI.echo, Note("y"), CallContext()).text == "y")
    #expect(notes.handlers.started.load(ordering: .relaxed) == 1)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }
}

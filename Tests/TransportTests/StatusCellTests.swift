import HTTP2
import Logging
import RPC
import TestSupport
import Testing
import Transport

/// The status of a call that went wrong, cell by cell of gRPC's tables, over a real socket: what a
/// server makes of a bad request, and what a client makes of a bad reply. (statuscodes.md,
/// PROTOCOL-HTTP2 "Errors")
@Suite struct StatusCellTests {
  // MARK: - What a server makes of a request

  struct Request: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: StatusCode
    var path = "/test.Notes/Echo"
    var fields: [(String, String)] = []
    var body: [UInt8] = [0, 0, 0, 0, 0]

    init(
      _ description: String, _ code: StatusCode, path: String = "/test.Notes/Echo",
      fields: [(String, String)] = [], body: [UInt8] = [0, 0, 0, 0, 0]
    ) {
      testDescription = description
      self.code = code
      self.path = path
      self.fields = fields
      self.body = body
    }

    var frames: [UInt8] {
      let head = [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"),
        ("content-type", "application/grpc"), ("te", "trailers"),
      ]
      return Frame.headers(1, head + fields, end: false).bytes
        + Frame.data(1, body, end: true).bytes
    }
  }

  private static let message: [UInt8] = [0, 0, 0, 0, 3, 0x0A, 1, 0x78]

  @Test(arguments: [
    Request("as it should be", .ok, body: message),
    Request("no such method", .unimplemented, path: "/test.Notes/None"),
    Request("no such service", .unimplemented, path: "/test.None/Echo"),
    Request("no message", .unimplemented, body: []),
    Request("two messages", .unimplemented, body: message + message),
    Request("an encoding nobody knows", .unimplemented, fields: [("grpc-encoding", "br")]),
    Request("a deadline that has passed", .deadlineExceeded, fields: [("grpc-timeout", "0n")]),
    Request("a deadline that is none", .internalError, fields: [("grpc-timeout", "1s")]),
    Request("a message over the limit", .resourceExhausted, body: [0, 0xFF, 0xFF, 0xFF, 0xFF]),
    Request("bytes that do not decode", .internalError, body: [0, 0, 0, 0, 1, 0x0F]),
    Request(
      "bytes that do not inflate", .internalError, fields: [("grpc-encoding", "gzip")],
      body: [1, 0, 0, 0, 3, 1, 2, 3]),
    Request("compression that was not named", .internalError, body: [1, 0, 0, 0, 1, 0]),
    Request("a flag nobody defined", .internalError, body: [2, 0, 0, 0, 0]),
    Request("an end inside an envelope", .internalError, body: [0, 0, 0]),
    Request("an end inside a message", .internalError, body: [0, 0, 0, 0, 9, 1]),
    Request("binary metadata that is no base64", .internalError, fields: [("x-bin", "q")]),
    Request("an error of the handler", .failedPrecondition, path: "/test.Notes/Fail"),
  ])
  func `a server answers a request with its code`(request: Request) async throws {
    let notes = try await NoteServer()
    let peer = try await LivePeer(port: notes.port)
    peer.send(request.frames)
    #expect(
      await peer.frame { $0.type == FrameType.headers && $0.stream == 1 && $0.flags & 1 != 0 }
        != nil)
    let status = try ReplyDecoder(peer.bytes, streams: 1).status(1)
    #expect(status == "\(request.code.rawValue)")
    // Whatever it was, the connection goes on.
    peer.send(LivePeer.call("/test.Notes/Echo", 3))
    #expect(await peer.frame { $0.stream == 3 && $0.flags & 1 != 0 } != nil)
    #expect(try ReplyDecoder(peer.bytes, streams: 2).status(3) == "0")
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  // MARK: - What a client makes of a reply

  struct Reply: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: StatusCode
    let frames: @Sendable (Int32) -> [UInt8]

    init(
      _ description: String, _ code: StatusCode, _ frames: @escaping @Sendable (Int32) -> [UInt8]
    ) {
      testDescription = description
      self.code = code
      self.frames = frames
    }

    /// A head, these bytes of DATA, and trailers.
    init(
      _ description: String, _ code: StatusCode, head: [(String, String)] = [], body: [UInt8],
      status: String = "0"
    ) {
      self.init(description, code) { stream in
        Frame.headers(stream, StatusCellTests.head + head, end: false).bytes
          + Frame.data(stream, body).bytes
          + Frame.headers(stream, [("grpc-status", status)]).bytes
      }
    }
  }

  private static let head = [(":status", "200"), ("content-type", "application/grpc")]

  @Test(arguments: [
    Reply("as it should be", .ok, body: message),
    Reply("an error of the server", .dataLoss, body: [], status: "15"),
    Reply("no message", .unimplemented, body: []),
    Reply("two messages", .unimplemented, body: message + message),
    Reply("a status that is none", .unknown, body: message, status: "17"),
    Reply("a status that is no number", .unknown, body: message, status: "+1"),
    Reply("bytes that do not decode", .internalError, body: [0, 0, 0, 0, 1, 0x0F]),
    Reply(
      "bytes that do not inflate", .internalError, head: [("grpc-encoding", "gzip")],
      body: [1, 0, 0, 0, 3, 1, 2, 3]),
    Reply(
      "an encoding that was not offered", .internalError, head: [("grpc-encoding", "br")],
      body: message),
    Reply("compression that was not named", .internalError, body: [1, 0, 0, 0, 1, 0]),
    Reply("a flag nobody defined", .internalError, body: [2, 0, 0, 0, 0]),
    Reply("OK inside a message", .internalError, body: [0, 0, 0, 0, 9, 1]),
    Reply("a message over the limit", .resourceExhausted, body: [0, 0xFF, 0xFF, 0xFF, 0xFF]),
    Reply(
      "a header list over the limit", .resourceExhausted,
      head: ["x-long", "x-more"].map { ($0, String(repeating: "x", count: 8_140)) },
      body: message),
    Reply("a second header block that ends nothing", .internalError) { stream in
      Frame.headers(stream, StatusCellTests.head, end: false).bytes
        + Frame.headers(stream, [("grpc-status", "0")], end: false).bytes
    },
    Reply("a body of another length than told", .internalError) { stream in
      Frame.headers(stream, StatusCellTests.head + [("content-length", "3")], end: false).bytes
        + Frame.data(stream, StatusCellTests.message).bytes
        + Frame.headers(stream, [("grpc-status", "0")]).bytes
    },
    Reply("more than the window takes", .internalError) { stream in
      Frame.windowUpdate(stream, 0x7FFF_FFFF).bytes
    },
  ])
  func `a client reads a reply as its code`(reply: Reply) async throws {
    let server = try await ScriptedServer { frame, _ in
      frame.type == FrameType.data && frame.flags & 1 != 0 ? reply.frames(frame.stream) : []
    }
    let client = Self.client(server)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note("x"), CallContext())
    }
    #expect(error?.code ?? .ok == reply.code, "\(String(describing: error))")
    await client.shutdown()
    await server.close()
  }

  struct Reset: Sendable, CustomTestStringConvertible {
    let number: UInt32
    let code: StatusCode
    var testDescription: String { HTTP2ErrorCode(rawValue: number).description }
  }

  @Test(arguments: [
    Reset(number: 0x0, code: .internalError), Reset(number: 0x1, code: .internalError),
    Reset(number: 0x2, code: .internalError), Reset(number: 0x3, code: .internalError),
    Reset(number: 0x4, code: .internalError), Reset(number: 0x5, code: .unknown),
    Reset(number: 0x6, code: .internalError), Reset(number: 0x7, code: .unavailable),
    Reset(number: 0x8, code: .cancelled), Reset(number: 0x9, code: .internalError),
    Reset(number: 0xA, code: .internalError), Reset(number: 0xB, code: .resourceExhausted),
    Reset(number: 0xC, code: .permissionDenied), Reset(number: 0xD, code: .unknown),
    Reset(number: 0xFACE, code: .unknown),
  ])
  func `a reset ahead of the trailers has its code, wherever in the reply it stands`(
    reset: Reset
  ) async throws {
    for isInside in [false, true] {
      let server = try await ScriptedServer { frame, _ in
        guard frame.type == FrameType.data else { return [] }
        let begun =
          Frame.headers(frame.stream, Self.head, end: false).bytes
          + Frame.data(frame.stream, Self.message).bytes
        return (isInside ? begun : [])
          + Frame.reset(frame.stream, HTTP2ErrorCode(rawValue: reset.number)).bytes
      }
      let client = Self.client(server)
      let error = await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Note("x"), CallContext())
      }
      #expect(error?.code == reset.code)
      // Only what no handler has seen may be sent again by whoever likes.
      #expect(error?.isRetrySafe == (reset.code == .unavailable))
      await client.shutdown()
      await server.close()
    }
  }

  @Test func `a reset behind the trailers changes nothing`() async throws {
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data else { return [] }
      return ScriptedServer.reply(frame.stream)
        + Frame.reset(frame.stream, .internalError).bytes
    }
    let log = LogRecorder()
    let client = Self.client(server, log.logger)
    for _ in 0..<3 {
      let error = await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Note("x"), CallContext())
      }
      #expect(error == nil)
    }
    #expect(server.calls.count == 1)
    let told = await eventually {
      log.lines.count { $0.message == "RST_STREAM of no open call dropped" } == 3
    }
    #expect(told)
    await client.shutdown()
    await server.close()
  }

  @Test func `a lost connection makes its calls unavailable`() async throws {
    let server = try await ScriptedServer { _, _ in [] }
    let client = Self.client(server)
    let call = Task {
      await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Note("x"), CallContext())
      }
    }
    #expect(await eventually { !server.calls.isEmpty })
    await server.close()
    #expect(await call.value?.code == .unavailable)
    await client.shutdown()
  }

  private static func client(_ server: ScriptedServer, _ logger: Logger = .quiet) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    return Client([server.address], settings: settings, logger: logger)
  }
}

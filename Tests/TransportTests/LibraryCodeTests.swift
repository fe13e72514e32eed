import HTTP2
import RPC
import TestSupport
import Testing
import Transport

/// Codes that the runtime makes by itself, where no other test meets them.
@Suite struct LibraryCodeTests {
  private static func client(
    _ server: ScriptedServer, logger: LogRecorder? = nil,
    _ change: (inout ClientSettings) -> Void = { _ in }
  ) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    change(&settings)
    return Client([server.address], settings: settings, logger: logger?.logger ?? .quiet)
  }

  private static let head = [(":status", "200"), ("content-type", "application/grpc")]

  @Test(arguments: [(HTTP2ErrorCode.streamClosed, true), (.cancel, false)])
  func `a reset that says nothing is logged`(code: HTTP2ErrorCode, isLogged: Bool) async throws {
    let log = LogRecorder()
    let server = try await ScriptedServer { frame, _ in
      frame.type == FrameType.data ? Frame.reset(frame.stream, code).bytes : []
    }
    let client = Self.client(server, logger: log)
    _ = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    let lines = log.lines.filter { $0.message == "RST_STREAM with a code that says nothing" }
    #expect(lines.map { $0.metadata["code"] } == (isLogged ? [code.description] : []))
    await client.shutdown()
    await server.close()
  }

  @Test func `a broken -bin value in trailers leaves status and other metadata as they are`()
    async throws
  {
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data else { return [] }
      return Frame.headers(
        frame.stream,
        Self.head + [
          ("grpc-status", "5"), ("grpc-message", "none"), ("x-bad-bin", "q"), ("x-good-bin", "q6s"),
        ]
      ).bytes
    }
    let client = Self.client(server)
    let call = CallContext()
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), call)
    }
    #expect(error == RPCError(.notFound, "none"))
    #expect(call.trailingMetadata.entries.map(\.name) == ["x-good-bin"])
    #expect(call.trailingMetadata[firstBinary: "x-good-bin"] == [0xAB, 0xAB])
    await client.shutdown()
    await server.close()
  }
}

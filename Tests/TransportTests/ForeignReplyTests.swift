import HTTP2
import RPC
import TestSupport
import Testing
import Transport

/// Replies of who is no gRPC server: proxies, load balancers, web servers.
@Suite struct ForeignReplyTests {
  struct Reply: Sendable, CustomTestStringConvertible {
    var status: String
    var contentType: String?
    var body = "it broke"
    var more: [(String, String)] = []
    let code: StatusCode

    var testDescription: String { "\(status) \(contentType ?? "nothing") \(more)" }

    func frames(_ stream: Int32) -> [UInt8] {
      let type = contentType.map { [("content-type", $0)] } ?? []
      return Frame.headers(stream, [(":status", status)] + type + more, end: false).bytes
        + Frame.data(stream, Array(body.utf8), end: true).bytes
    }
  }

  private static func ask(
    _ reply: Reply, _ change: (inout ClientSettings) -> Void = { _ in }
  ) async throws -> [RPCError?] {
    let server = try await ScriptedServer { frame, _ in
      frame.type == FrameType.data && frame.flags & 1 != 0 ? reply.frames(frame.stream) : []
    }
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    change(&settings)
    let client = Client([server.address], settings: settings, logger: .quiet)
    let unary = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    let streamed = await ClientServerTests.failure { () throws(RPCError) in
      try await client.clientStreaming(NoteAPI.collect, CallContext()) {
        (writer) throws(RPCError) in try await writer.write(Note("x"))
      }
    }
    await client.shutdown()
    await server.close()
    return [unary, streamed]
  }

  @Test(arguments: [
    Reply(status: "400", contentType: "text/html", code: .internalError),
    Reply(status: "401", contentType: "text/html", code: .unauthenticated),
    Reply(status: "403", contentType: "text/html", code: .permissionDenied),
    Reply(status: "404", contentType: nil, code: .unimplemented),
    Reply(status: "429", contentType: "application/json", code: .unavailable),
    Reply(status: "431", contentType: "text/plain", code: .internalError),
    Reply(status: "502", contentType: "text/html", code: .unavailable),
    Reply(status: "503", contentType: "text/html", code: .unavailable),
    Reply(status: "504", contentType: "text/html", code: .unavailable),
    Reply(status: "500", contentType: "text/html", code: .unknown),
    Reply(status: "200", contentType: "text/html", code: .unknown),
    Reply(status: "200", contentType: "APPLICATION/GRPC", code: .unknown),
    // A proxy that keeps the content-type of what it stands before.
    Reply(status: "503", contentType: "application/grpc", code: .unavailable),
    // A page that has taken a field of gRPC's along says no more by it.
    Reply(
      status: "502", contentType: "text/html", more: [("grpc-status", "0")], code: .unavailable),
  ])
  func `a reply that is not gRPC has the code of its HTTP status and ends with its body`(
    reply: Reply
  ) async throws {
    for error in try await Self.ask(reply) {
      #expect(error?.code == reply.code)
      #expect(
        error?.message == "no grpc-status in a reply with HTTP status \(reply.status): it broke")
    }
  }

  @Test func `a gRPC reply that stops without status is unknown`() async throws {
    let reply = Reply(
      status: "200", contentType: "application/grpc+proto", body: "\0\0\0\0\0", code: .unknown)
    for error in try await Self.ask(reply) {
      #expect(error?.code == .unknown)
      #expect(error?.message == "no grpc-status in a reply with HTTP status 200")
    }
  }

  @Test func `no more of the body is told than is set, and no character is cut`() async throws {
    let reply = Reply(
      status: "500", contentType: "text/html", body: String(repeating: "a", count: 1023) + "é tail",
      code: .unknown)
    for error in try await Self.ask(reply) {
      #expect(error?.message.hasSuffix(": " + String(repeating: "a", count: 1023)) == true)
    }
    for error in try await Self.ask(reply, { $0.errorBodyBytesMax = 2 }) {
      #expect(error?.message.hasSuffix(": aa") == true)
    }
    for error in try await Self.ask(reply, { $0.errorBodyBytesMax = 0 }) {
      #expect(error?.message == "no grpc-status in a reply with HTTP status 500")
    }
  }

  @Test func `headers that end a call for what they say are told all the same`() async throws {
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data, frame.flags & 1 != 0 else { return [] }
      let fields = [
        (":status", "200"), ("content-type", "application/grpc"), ("grpc-encoding", "br"),
        ("note", "told"),
      ]
      return Frame.headers(frame.stream, fields, end: false).bytes
    }
    let client = Client([server.address], logger: .quiet)
    let calls = (CallContext(), CallContext())
    let unary = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), calls.0)
    }
    let streamed = await ClientServerTests.failure { () throws(RPCError) in
      try await client.clientStreaming(NoteAPI.collect, calls.1) { (writer) throws(RPCError) in
        try await writer.write(Note("x"))
      }
    }
    for (error, call) in [(unary, calls.0), (streamed, calls.1)] {
      #expect(error?.code == .internalError)
      #expect(call.initialMetadata[first: "note"] == "told")
    }
    await client.shutdown()
    await server.close()
  }
}

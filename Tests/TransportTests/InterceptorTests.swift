import HTTP2
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// Interceptors and checks of headers around real calls, on both sides.
@Suite struct InterceptorTests {
  private static func stop(_ client: Client, _ notes: NoteServer) async {
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  /// The calls of all four kinds, each with metadata and a deadline.
  private static func callAll(_ client: Client) async throws {
    _ = try await client.unary(NoteAPI.echo, Note("x"), call())
    _ = try await client.serverStreaming(NoteAPI.count, Note("2"), call()) {
      (replies) throws(RPCError) in
      while try await replies.next() != nil {}
      return 0
    }
    _ = try await client.clientStreaming(NoteAPI.collect, call()) { (writer) throws(RPCError) in
      try await writer.write(Note("x"))
    }
    try await client.bidirectional(NoteAPI.chat, call()) {
      (writer, replies) throws(RPCError) in
      try await writer.write(Note("x"))
      writer.finish()
      while try await replies.next() != nil {}
    }
  }

  private static func call() throws(MetadataError) -> CallContext {
    var metadata = Metadata()
    try metadata.add("x-own", "1")
    return CallContext(deadline: .after(.seconds(600)), metadata: metadata)
  }

  private static let paths = [
    NoteAPI.echo.path, NoteAPI.count.path, NoteAPI.collect.path, NoteAPI.chat.path,
  ]

  @Test func `a server's interceptors surround every kind of handler and see its call`()
    async throws
  {
    let log = CallLog()
    let notes = try await NoteServer(interceptors: [
      CallRecorder("outer", in: log), CallRecorder("inner", in: log),
    ])
    let client = notes.client()
    try await Self.callAll(client)
    #expect(await eventually { log.entries.count == 16 })
    for path in Self.paths {
      let entries = log.entries.filter { $0.path == path }
      #expect(entries.map(\.name) == ["outer", "inner", "inner", "outer"])
      #expect(entries.map(\.outcome) == [nil, nil, .ok, .ok])
      #expect(entries.allSatisfy { $0.metadata == ["x-own"] && $0.hasDeadline })
      #expect(entries.allSatisfy { $0.peer.hasPrefix("127.0.0.1:") && $0.peer != notes.address })
    }
    await Self.stop(client, notes)
  }

  @Test func `a client's interceptors surround every kind of call and see its server`()
    async throws
  {
    let log = CallLog()
    let notes = try await NoteServer()
    let client = notes.client(interceptors: [
      CallRecorder("outer", in: log), CallRecorder("inner", in: log),
    ])
    try await Self.callAll(client)
    for path in Self.paths {
      let entries = log.entries.filter { $0.path == path }
      #expect(entries.map(\.name) == ["outer", "inner", "inner", "outer"])
      #expect(entries.map(\.outcome) == [nil, nil, .ok, .ok])
      #expect(entries.allSatisfy { $0.metadata == ["x-own"] && $0.hasDeadline })
      #expect(entries.map(\.peer) == ["local", "local", notes.address, notes.address])
    }
    await Self.stop(client, notes)
  }

  @Test func `both sides see how a call failed`() async throws {
    let (here, there) = (CallLog(), CallLog())
    let notes = try await NoteServer(interceptors: [CallRecorder(in: there)])
    let client = notes.client(interceptors: [CallRecorder(in: here)])
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.fail, Note("no"), CallContext())
    }
    #expect(error?.code == .failedPrecondition && error?.details.count == 1)
    #expect(here.entries.map(\.outcome) == [nil, .failedPrecondition])
    #expect(there.entries.map(\.outcome) == [nil, .failedPrecondition])
    await Self.stop(client, notes)
  }

  @Test func `an interceptor of a client ends a call before anything is sent`() async throws {
    let notes = try await NoteServer()
    let refusal = RPCError(.unauthenticated, "no token")
    let client = notes.client(interceptors: [CallRecorder(refusing: refusal)])
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note("x"), CallContext())
    }
    #expect(error == refusal)
    #expect(await client.state() == .idle)
    #expect(notes.handlers.started.load(ordering: .relaxed) == 0)
    await Self.stop(client, notes)
  }

  @Test func `an interceptor of a server ends a call before its handler, with its details`()
    async throws
  {
    let refusal = RPCError(
      .unauthenticated, "no token",
      details: [AnyDetail(ErrorInfo(reason: "NO_TOKEN", domain: "notes"))])
    let notes = try await NoteServer(interceptors: [CallRecorder(refusing: refusal)])
    let client = notes.client()
    for _ in 0..<2 {
      let error = await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Note("x"), CallContext())
      }
      #expect(error == refusal)
    }
    let streamed = await ClientServerTests.failure { () throws(RPCError) in
      try await client.clientStreaming(NoteAPI.collect, CallContext()) { (_) throws(RPCError) in }
    }
    #expect(streamed == refusal)
    #expect(notes.handlers.started.load(ordering: .relaxed) == 0)
    await Self.stop(client, notes)
  }

  @Test func `a check refuses a call on its headers alone, and the call counts`() async throws {
    let log = CallLog()
    let observer = CallRecorder()
    let refusal = RPCError(.permissionDenied, "not here")
    let notes = try await NoteServer(
      observer: observer,
      checks: [CallRecorder("first", in: log), CallRecorder("second", in: log, refusing: refusal)],
      interceptors: [CallRecorder("interceptor", in: log)])
    let peer = try await LivePeer(port: notes.port)
    peer.send(
      Frame.headers(
        1,
        [
          (":method", "POST"), (":scheme", "http"), (":path", NoteAPI.echo.path),
          (":authority", "a"), ("content-type", "application/grpc"), ("te", "trailers"),
          ("x-own", "1"),
        ], end: false))
    // Nothing of the body has been sent, and the answer is there.
    #expect(await peer.frame { $0.stream == 1 && $0.flags & 1 != 0 } != nil)
    let fields = try ReplyDecoder(peer.bytes, streams: 1).fields[1] ?? []
    #expect(fields.first { $0.name == "grpc-status" }?.value == "7")
    #expect(fields.first { $0.name == "grpc-message" }?.value == "not here")
    peer.send(Frame.data(1, [0, 0, 0, 0, 0], end: true))
    // The connection goes on, and what is sent late for the refused call reaches nobody.
    peer.send(LivePeer.call(NoteAPI.echo.path, 3))
    #expect(await peer.frame { $0.stream == 3 && $0.flags & 1 != 0 } != nil)
    #expect(log.entries.map(\.name) == ["first", "second", "first", "second"])
    #expect(log.entries.first?.metadata == ["x-own"])
    let call = ["started \(NoteAPI.echo.path)", "ended \(NoteAPI.echo.path) PERMISSION_DENIED"]
    #expect(observer.lines == call + call)
    #expect(notes.handlers.started.load(ordering: .relaxed) == 0)
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a check that admits lets every kind of call through`() async throws {
    let log = CallLog()
    let notes = try await NoteServer(checks: [CallRecorder(in: log)])
    let client = notes.client()
    try await Self.callAll(client)
    #expect(log.entries.map(\.path) == Self.paths)
    await Self.stop(client, notes)
  }

  @Test(arguments: [
    "test.Notes/Echo", "//test.Notes/Echo", "/test.Notes/Echo/", "/test.Notes/Echo?x",
    "/TEST.NOTES/Echo", "*", "/",
  ])
  func `a path that nobody registered is seen by no check and no interceptor`(
    path: String
  ) async throws {
    let log = CallLog()
    let notes = try await NoteServer(
      checks: [CallRecorder(in: log)], interceptors: [CallRecorder(in: log)])
    let peer = try await LivePeer(port: notes.port)
    peer.send(LivePeer.call(path, 1))
    #expect(await peer.frame { $0.stream == 1 } != nil)
    #expect(log.entries.isEmpty)
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }
}

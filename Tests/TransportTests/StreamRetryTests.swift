import HTTP2
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// Attempts of calls whose requests are kept for them, streams above all.
@Suite struct StreamRetryTests {
  private static func client(
    _ address: String, attempts: Int? = nil, backoff: Duration = .milliseconds(1),
    _ change: (inout ClientSettings) -> Void = { _ in }
  ) throws -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    if let attempts {
      settings.retry = try RetryPolicy(
        maxAttempts: attempts, initialBackoff: backoff, maxBackoff: backoff)
    }
    change(&settings)
    return Client([address], settings: settings, logger: .quiet)
  }

  /// The whole reply in one block, which commits nobody to it.
  private static func trailersOnly(
    _ stream: Int32, _ status: String, _ more: [(String, String)] = []
  ) -> [UInt8] {
    Frame.headers(
      stream,
      [(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", status)] + more
    ).bytes
  }

  /// Lets the requests of `count` streams fail once they are complete, and answers later ones.
  private static func failing(
    _ count: Int, _ failure: @escaping @Sendable (Int32) -> [UInt8]
  ) async throws -> ScriptedServer {
    let failed = Atomic(0)
    return try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data, frame.flags & 1 != 0 else { return [] }
      if failed.add(1, ordering: .relaxed).newValue <= count { return failure(frame.stream) }
      return ScriptedServer.reply(frame.stream)
    }
  }

  private static func collect(
    _ client: Client, _ notes: [Note], _ call: CallContext = CallContext()
  ) async -> RPCError? {
    await ClientServerTests.failure { () throws(RPCError) in
      try await client.clientStreaming(NoteAPI.collect, call) { (writer) throws(RPCError) in
        for note in notes { try await writer.write(note) }
      }
    }
  }

  private static func sized(_ count: Int) -> Note {
    Note("", payload: [UInt8](repeating: 7, count: count))
  }

  @Test func `a stream is repeated with all it sent, and says how often it was tried`()
    async throws
  {
    let server = try await Self.failing(2) { Self.trailersOnly($0, "14") }
    let client = try Self.client(server.address, attempts: 4)
    let call = CallContext(deadline: .after(.seconds(600)))
    #expect(await Self.collect(client, ["a", "b", "c"].map { Note($0) }, call) == nil)
    let asked = try RequestDecoder(server.frames[0])
    #expect(asked.bodies.keys.sorted() == [1, 3, 5])
    let body: [UInt8] = ["a", "b", "c"].flatMap { [0, 0, 0, 0, 3, 0x0A, 1] + Array($0.utf8) }
    #expect(asked.bodies.values.allSatisfy { $0 == body })
    let name = "grpc-previous-rpc-attempts"
    #expect([1, 3, 5].map { asked.value(name, $0) } == [nil, "1", "2"])
    // One deadline for all of them.
    let left = [1, 3, 5].compactMap { asked.value("grpc-timeout", $0) }
      .compactMap { Int($0.dropLast()) }
    #expect(left.count == 3 && left[0] >= left[1] && left[1] >= left[2] && left[0] > left[2])
    await client.shutdown()
    await server.close()
  }

  @Test func `a unary call says how often it was tried, too`() async throws {
    let server = try await Self.failing(1) { Self.trailersOnly($0, "14") }
    let client = try Self.client(server.address, attempts: 2)
    _ = try await client.unary(NoteAPI.echo, Note("x"), CallContext())
    let asked = try RequestDecoder(server.frames[0])
    #expect(asked.value("grpc-previous-rpc-attempts", 3) == "1")
    #expect(asked.bodies[1] == asked.bodies[3])
    await client.shutdown()
    await server.close()
  }

  @Test func `a stream whose response headers have come stays with its attempt`() async throws {
    let attempts = Atomic(0)
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data, frame.flags & 1 != 0 else { return [] }
      attempts.add(1, ordering: .relaxed)
      return Frame.headers(
        frame.stream, [(":status", "200"), ("content-type", "application/grpc")], end: false
      ).bytes + Frame.headers(frame.stream, [("grpc-status", "14")]).bytes
    }
    let client = try Self.client(server.address, attempts: 4)
    #expect(await Self.collect(client, [Note("a")])?.code == .unavailable)
    let unary = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note("a"), CallContext())
    }
    #expect(unary?.code == .unavailable)
    #expect(attempts.load(ordering: .relaxed) == 2)
    await client.shutdown()
    await server.close()
  }

  /// Two messages of 100 bytes with their envelopes, which are kept too.
  @Test(arguments: [(200, 2), (199, 1)])
  func `a stream is repeated as long as all it sent may be kept`(
    limit: Int, attempts: Int
  ) async throws {
    let server = try await Self.failing(1) { Self.trailersOnly($0, "14") }
    let client = try Self.client(server.address, attempts: 2) { $0.retryBufferBytesMax = limit }
    let error = await Self.collect(client, [Self.sized(93), Self.sized(93)])
    #expect(error?.code == (attempts == 2 ? nil : .unavailable))
    #expect(try RequestDecoder(server.frames[0]).bodies.count == attempts)
    await client.shutdown()
    await server.close()
  }

  @Test(arguments: [(100, 2), (99, 1)])
  func `a unary call is repeated as long as its request may be kept`(
    limit: Int, attempts: Int
  ) async throws {
    let server = try await Self.failing(1) { Self.trailersOnly($0, "14") }
    let client = try Self.client(server.address, attempts: 2) { $0.retryBufferBytesMax = limit }
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Self.sized(93), CallContext())
    }
    #expect(error?.code == (attempts == 2 ? nil : .unavailable))
    #expect(try RequestDecoder(server.frames[0]).bodies.count == attempts)
    await client.shutdown()
    await server.close()
  }

  @Test func `all calls of a channel keep no more together than it may`() async throws {
    // The first stream is left open; its message fills what the channel may keep.
    let server = try await Self.failing(2) { Self.trailersOnly($0, "14") }
    let client = try Self.client(server.address, attempts: 2) {
      $0.channelRetryBufferBytesMax = 150
    }
    try await client.bidirectional(NoteAPI.chat, CallContext()) {
      (writer, _) throws(RPCError) in
      try await writer.write(Self.sized(93))
      _ = await eventually { server.frames.first?.of(FrameType.data, on: 1).isEmpty == false }
      let error = await ClientServerTests.failure { () throws(RPCError) in
        try await client.unary(NoteAPI.echo, Self.sized(93), CallContext())
      }
      #expect(error?.code == .unavailable)
    }
    // That stream is over, and with it what it kept: the next call that fails is repeated.
    _ = try await client.unary(NoteAPI.echo, Self.sized(93), CallContext())
    await client.shutdown()
    await server.close()
  }

  @Test(arguments: [0, 1, 2])
  func `a stream that was refused unseen is sent once more, whatever the policy`(
    refusals: Int
  ) async throws {
    let server = try await Self.failing(refusals) { Frame.reset($0, .refusedStream).bytes }
    let client = try Self.client(server.address)
    let error = await Self.collect(client, [Note("a"), Note("b")])
    #expect(error?.code == (refusals < 2 ? nil : .unavailable))
    let asked = try RequestDecoder(server.frames[0])
    #expect(asked.bodies.count == min(refusals, 1) + 1)
    #expect(Set(asked.bodies.values).count == 1)
    #expect(asked.fields.values.joined().allSatisfy { $0.name != "grpc-previous-rpc-attempts" })
    await client.shutdown()
    await server.close()
  }

  @Test func `a stream above the last one of a GOAWAY goes on over the next connection`()
    async throws
  {
    let server = try await ScriptedServer { frame, connection in
      guard frame.type == FrameType.data, frame.flags & 1 != 0 else { return [] }
      return connection == 0
        ? ScriptedServer.goAway(last: 0, .noError, "bye") : ScriptedServer.reply(frame.stream)
    }
    let client = try Self.client(server.address)
    #expect(await Self.collect(client, [Note("a"), Note("b")]) == nil)
    let (first, second) = (
      try RequestDecoder(server.frames[0]), try RequestDecoder(server.frames[1])
    )
    #expect(first.bodies[1] == second.bodies[1])
    await client.shutdown()
    await server.close()
  }

  @Test func `a lost connection ends a stream without a policy, and repeats it with one`()
    async throws
  {
    for attempts in [nil, 2] {
      let server = try await ScriptedServer { frame, connection in
        guard frame.type == FrameType.data, frame.flags & 1 != 0 else { return [] }
        // A frame of no stream that has to have one: the client closes on it.
        return connection == 0 ? Frame.data(0, [0]).bytes : ScriptedServer.reply(frame.stream)
      }
      let client = try Self.client(server.address, attempts: attempts)
      let error = await Self.collect(client, [Note("a")])
      #expect(error?.code == (attempts == nil ? .unavailable : nil))
      await client.shutdown()
      await server.close()
    }
  }

  @Test func `what is written between two attempts goes with the next`() async throws {
    let hasFailed = Mutex(false)
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data else { return [] }
      if frame.stream == 1 {
        // Once: the second message may still have gone with the first attempt, and a second end of
        // one stream would end the connection.
        let isFirst = hasFailed.withLock { hasFailed in
          defer { hasFailed = true }
          return !hasFailed
        }
        return isFirst ? Self.trailersOnly(1, "14") : []
      }
      return frame.flags & 1 != 0 ? ScriptedServer.reply(frame.stream) : []
    }
    let client = try Self.client(server.address, attempts: 2, backoff: .milliseconds(50))
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.clientStreaming(NoteAPI.collect, CallContext()) {
        (writer) throws(RPCError) in
        try await writer.write(Note("a"))
        _ = await eventually { !server.calls.isEmpty }
        try await writer.write(Note("b"))
        _ = await eventually { server.calls.first?.of(FrameType.data, on: 3).isEmpty == false }
        try await writer.write(Note("c"))
      }
    }
    #expect(error == nil)
    let body = try RequestDecoder(try #require(server.calls.first)).bodies[3] ?? []
    #expect(String(decoding: body.filter { (97...99).contains($0) }, as: UTF8.self) == "abc")
    await client.shutdown()
    await server.close()
  }

  @Test(arguments: ["-1", "soon", ""])
  func `a server that forbids another attempt gets none`(pushback: String) async throws {
    let server = try await Self.failing(1) {
      Self.trailersOnly($0, "14", [("grpc-retry-pushback-ms", pushback)])
    }
    let client = try Self.client(server.address, attempts: 4)
    #expect(await Self.collect(client, [Note("a")])?.code == .unavailable)
    await client.shutdown()
    await server.close()
  }

  @Test func `a server that names the delay is asked again after it`() async throws {
    let server = try await Self.failing(1) {
      Self.trailersOnly($0, "14", [("grpc-retry-pushback-ms", "0")])
    }
    // The policy alone would wait for longer than any test.
    let client = try Self.client(server.address, attempts: 2, backoff: .seconds(6000))
    #expect(await Self.collect(client, [Note("a")]) == nil)
    await client.shutdown()
    await server.close()
  }

  @Test(arguments: [StatusCode.cancelled, .unavailable])
  func `a wait for the next attempt is not slept out`(ending: StatusCode) async throws {
    let server = try await Self.failing(2) { Self.trailersOnly($0, "14") }
    let client = try Self.client(server.address, attempts: 2, backoff: .seconds(6000))
    let tasks = [
      Task { await Self.collect(client, [Note("a")]) },
      Task {
        await ClientServerTests.failure { () throws(RPCError) in
          try await client.unary(NoteAPI.echo, Note("a"), CallContext())
        }
      },
    ]
    #expect(await eventually { server.frames.first?.of(FrameType.data).count == 2 })
    if ending == .cancelled { for task in tasks { task.cancel() } }
    if ending == .unavailable { await client.shutdown() }
    for task in tasks { #expect(await task.value?.code == ending) }
    await client.shutdown()
    await server.close()
  }

  @Test func `a wait that would end behind the deadline is not begun`() async throws {
    let server = try await Self.failing(1) { Self.trailersOnly($0, "14", [("grpc-message", "m")]) }
    let client = try Self.client(server.address, attempts: 2, backoff: .seconds(6000))
    let error = await Self.collect(
      client, [Note("a")], CallContext(deadline: .after(.seconds(600))))
    #expect(error?.code == .unavailable && error?.message == "m")
    await client.shutdown()
    await server.close()
  }
}

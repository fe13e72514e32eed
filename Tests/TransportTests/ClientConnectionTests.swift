import HTTP2
import Logging
import RPC
import TestSupport
import Testing
import Transport

/// How a client treats its connections, seen from a server that follows a script.
@Suite struct ClientConnectionTests {
  private static func client(
    _ server: ScriptedServer, logger: Logger = .quiet,
    _ change: (inout ClientSettings) -> Void = { _ in }
  ) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    change(&settings)
    return Client([server.address], settings: settings, logger: logger)
  }

  @Test func `a server that does not answer a PING is left, and its calls are unavailable`()
    async throws
  {
    let server = try await ScriptedServer { _, _ in [] }
    let client = Self.client(server) {
      $0.keepaliveTimeMin = .milliseconds(20)
      $0.keepaliveTime = .milliseconds(20)
      $0.keepaliveTimeout = .milliseconds(20)
    }
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("no answer to PING within keepaliveTimeout") == true)
    #expect(await eventually { server.frames[0].contains { $0.type == FrameType.ping } })
    await client.shutdown()
    await server.close()
  }

  @Test func `a server that answers PINGs keeps its calls`() async throws {
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.ping, frame.flags & 1 == 0 else { return [] }
      return Frame(type: FrameType.ping, flags: 1, payload: frame.payload).bytes
    }
    let client = Self.client(server) {
      $0.keepaliveTimeMin = .milliseconds(1)
      $0.keepaliveTime = .milliseconds(1)
      $0.keepaliveTimeout = .seconds(600)
    }
    let call = Task { try await client.unary(NoteAPI.echo, Note(), CallContext()) }
    #expect(
      await eventually {
        (server.frames.first?.of(FrameType.ping).count ?? 0) >= 5
      })
    #expect(!server.isClosed(0))
    server.send(ScriptedServer.reply(1), on: 0)
    _ = try await call.value
    await client.shutdown()
    await server.close()
  }

  /// What the calls of one method begin with is kept, of a bounded number of methods.
  @Test func `calls of any number of methods by turns each name their own`() async throws {
    let server = try await ScriptedServer(ScriptedServer.answering)
    let client = Self.client(server)
    let turns = [0, 1, 0, 2, 1, 0] + Array(0..<40) + [39, 0, 39, 20, 0]
    for number in turns {
      _ = try await client.unary(
        Method<Note, Note>("notes.v1.Notes", "Number\(number)"), Note(), CallContext())
    }
    let asked = try RequestDecoder(server.frames[0])
    let paths = turns.indices.map { asked.value(":path", Int32(2 * $0 + 1)) }
    #expect(paths == turns.map { "/notes.v1.Notes/Number\($0)" })
    #expect(asked.value(":authority", 1) == asked.value(":authority", 2 * Int32(turns.count) - 1))
    await client.shutdown()
    await server.close()
  }

  @Test func `a short time counts as the least that servers bear`() async throws {
    let server = try await ScriptedServer(ScriptedServer.answering)
    let client = Self.client(server) {
      $0.keepaliveTime = .milliseconds(1)
      $0.keepaliveWithoutCalls = true
      $0.keepaliveTimeMin = .seconds(3600)
    }
    for _ in 0..<20 {
      _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(server.frames[0].of(FrameType.ping).isEmpty)
    await client.shutdown()
    await server.close()
  }

  @Test func `too many pings double the time and are a warning`() async throws {
    let log = LogRecorder()
    let server = try await ScriptedServer { frame, _ in
      frame.type == FrameType.data
        ? ScriptedServer.reply(1)
          + ScriptedServer.goAway(last: 1, .enhanceYourCalm, "too_many_pings") : []
    }
    let client = Self.client(server, logger: log.logger) { $0.keepaliveTime = .seconds(40) }
    _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
    #expect(
      await eventually {
        log.lines.contains {
          $0.message.hasPrefix("keepaliveTime doubled")
            && $0.metadata["keepaliveTime"] == "\(Duration.seconds(80))"
        }
      })
    await client.shutdown()
    await server.close()
  }

  /// What a GOAWAY may not do. (RFC 9113 §6.8)
  @Test(arguments: [[2 as Int32], [1, 3]]) func `a last stream that cannot be is a protocol error`(
    last: [Int32]
  ) async throws {
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data else { return [] }
      return last.flatMap { ScriptedServer.goAway(last: $0, .noError, "bye") }
    }
    let client = Self.client(server)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(error?.code == .unavailable)
    #expect(await eventually { server.frames[0].goAway?.code == .protocolError })
    await client.shutdown()
    await server.close()
  }

  @Test func `a connection is left before its stream numbers end, and no call notices`()
    async throws
  {
    let server = try await ScriptedServer(ScriptedServer.answering)
    let client = Self.client(server) { $0.streamIDEnd = 7 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<10 {
        group.addTask { _ = try await client.unary(NoteAPI.echo, Note(), CallContext()) }
      }
      try await group.waitForAll()
    }
    let streams = server.frames.map { $0.of(FrameType.headers).map(\.stream) }
    #expect(streams.allSatisfy { $0.allSatisfy { $0 < 7 } })
    #expect(streams.joined().count == 10)
    await client.shutdown()
    await server.close()
  }
}

import HTTP2
import RPC
import Synchronization
import TestSupport
import Testing
import Transport
import Wire

/// A server's connection from its first byte to its end, against a peer that plays by no rules.
@Suite struct ServerLifecycleTests {
  private static let farStream = UInt32(Int32.max)

  private static func goAways(_ peer: LivePeer) -> [(last: UInt32, text: String)] {
    peer.frames.of(FrameType.goAway).map {
      ($0.word(), String(decoding: $0.payload.dropFirst(8), as: UTF8.self))
    }
  }

  private static func isFarewell(_ frame: Frame) -> Bool { frame.type == FrameType.goAway }

  private static func isDrainPing(_ frame: Frame) -> Bool {
    frame.type == FrameType.ping && frame.flags == 0
  }

  @Test func `a call under way to a server that stops is served`() async throws {
    let notes = try await NoteServer()
    let peer = try await LivePeer(port: notes.port)
    #expect(await peer.frame { $0.type == FrameType.settings && $0.flags == 1 } != nil)
    async let cut = notes.server.shutdown(within: .seconds(300))
    let ping = try #require(await peer.frame(Self.isDrainPing))
    #expect(Self.goAways(peer).map(\.last) == [Self.farStream])
    // The peer has not read the GOAWAY yet: its call crosses it.
    peer.send(LivePeer.call("/test.Notes/Echo", 1))
    #expect(await peer.frame { $0.type == FrameType.headers && $0.flags & 1 != 0 } != nil)
    peer.send(Frame(type: FrameType.ping, flags: 1, payload: ping.payload))
    #expect(await eventually { peer.isClosed })
    #expect(Self.goAways(peer).map(\.last) == [Self.farStream, 1])
    #expect(Self.goAways(peer).map(\.text) == ["shutdown", "shutdown"])
    #expect(await cut == 0)
  }

  @Test func `a connection without calls is drained when it has been idle for long`() async throws {
    let notes = try await NoteServer { $0.connectionIdle = .milliseconds(50) }
    let peer = try await LivePeer(port: notes.port)
    let ping = try #require(await peer.frame(Self.isDrainPing))
    peer.send(Frame(type: FrameType.ping, flags: 1, payload: ping.payload))
    #expect(await eventually { peer.isClosed })
    #expect(Self.goAways(peer).map(\.text) == ["max_idle", "max_idle"])
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a call keeps its connection from being idle`() async throws {
    let notes = try await NoteServer { $0.connectionIdle = .milliseconds(50) }
    let client = notes.client()
    let reply = try await client.unary(NoteAPI.wait, Note("300"), CallContext())
    #expect(reply.text == "300")
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `an old connection is drained, and after its grace what still runs is cut`()
    async throws
  {
    let notes = try await NoteServer {
      $0.connectionAge = .milliseconds(50)
      $0.connectionAgeGrace = .milliseconds(50)
    }
    let client = notes.client()
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.wait, Note(), CallContext())
    }
    #expect(error?.code == .unavailable)
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 0 })
    // The next call goes over a new connection.
    let isServed = await eventually {
      (try? await client.unary(NoteAPI.echo, Note("x"), CallContext()))?.text == "x"
    }
    #expect(isServed)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `the fourth PING in a row ends the connection`() async throws {
    let notes = try await NoteServer()
    let peer = try await LivePeer(port: notes.port)
    for number in 0..<4 as Range<UInt64> { peer.send(.ping(number)) }
    #expect(await eventually { peer.isClosed })
    #expect(peer.frames.of(FrameType.ping).count { $0.flags == 1 } >= 3)
    let farewell = try #require(peer.frames.goAway)
    #expect(farewell.code == .enhanceYourCalm && farewell.text == "too_many_pings")
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a PING for each answer is no offence`() async throws {
    let notes = try await NoteServer()
    let peer = try await LivePeer(port: notes.port)
    for number in 0..<20 as Range<Int32> {
      peer.send(LivePeer.call("/test.Notes/Echo", 2 * number + 1))
      let stream = 2 * number + 1
      #expect(
        await peer.frame {
          $0.stream == stream && $0.type == FrameType.headers && $0.flags & 1 != 0
        } != nil)
      peer.send(.ping(UInt64(number)))
      #expect(await peer.frame { $0 == .ping(UInt64(number), ack: true) } != nil)
    }
    #expect(!peer.isClosed)
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a silent peer is asked whether it is there, and closed on when it is not`()
    async throws
  {
    let notes = try await NoteServer {
      $0.keepaliveTime = .milliseconds(50)
      $0.keepaliveTimeout = .milliseconds(50)
    }
    let peer = try await LivePeer(port: notes.port)
    #expect(await peer.frame(Self.isDrainPing) != nil)
    #expect(await eventually { peer.isClosed })
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `half a header block is waited for no longer than its limit`() async throws {
    let notes = try await NoteServer { $0.headerBlockTimeMax = .milliseconds(50) }
    for keepsSending in [false, true] {
      let peer = try await LivePeer(port: notes.port)
      var open = Frame.request(1)
      open.flags = 0  // Neither END_HEADERS nor END_STREAM.
      if keepsSending { peer.send(open) } else { peer.send(Array(open.bytes.dropLast(3))) }
      let farewell = try #require(await peer.frame(Self.isFarewell))
      #expect(String(decoding: farewell.payload.dropFirst(8), as: UTF8.self) == "slow headers")
      #expect(await eventually { peer.isClosed })
    }
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a connection too many is closed and counted, and leaves the others alone`()
    async throws
  {
    let notes = try await NoteServer { $0.connectionsMax = 1 }
    let client = notes.client()
    try await client.connect()
    let peer = try await LivePeer(port: notes.port)
    #expect(await eventually { peer.isClosed })
    #expect(notes.server.refusedConnectionCount == 1)
    #expect(try await client.unary(NoteAPI.echo, Note("x"), CallContext()).text == "x")
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  /// SETTINGS_INITIAL_WINDOW_SIZE 0: nothing may be sent on a stream. (RFC 9113 §6.5.2)
  private static let noWindow: [UInt8] = [0, 4, 0, 0, 0, 0]

  @Test func `a reply that the peer's window never takes is given up`() async throws {
    let notes = try await NoteServer { $0.stallTimeMax = .milliseconds(200) }
    let peer = try await LivePeer(port: notes.port, settings: Self.noWindow)
    peer.send(LivePeer.call("/test.Notes/Echo", 1, message: [0x0A, 1, 0x78]))
    let reset = try #require(await peer.frame { $0.type == FrameType.resetStream })
    #expect(HTTP2ErrorCode(rawValue: reset.word()) == .enhanceYourCalm)
    // The connection itself goes on.
    peer.send(.ping(9))
    #expect(await peer.frame { $0 == .ping(9, ack: true) } != nil)
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a message that never ends is given up`() async throws {
    let notes = try await NoteServer { $0.stallTimeMax = .milliseconds(200) }
    let peer = try await LivePeer(port: notes.port)
    peer.send(.request(1, end: false))
    var fields = Frame.requestFields
    fields[2] = (":path", "/test.Notes/Echo")
    peer.send(.headers(3, fields, end: false), .data(3, [0, 0, 0, 0, 9, 1]))
    let reset = try #require(
      await peer.frame { $0.type == FrameType.resetStream && $0.stream == 3 })
    #expect(HTTP2ErrorCode(rawValue: reset.word()) == .enhanceYourCalm)
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a peer that reads nothing is closed on, and costs nobody else`() async throws {
    let notes = try await NoteServer {
      $0.stallTimeMax = .milliseconds(300)
      $0.connectionUnsentBytesMax = 65_536
    }
    // Windows of 2^31-1 on the stream and the connection, and nothing read.
    let peer = try await LivePeer(
      port: notes.port, settings: [0, 4, 0x7F, 0xFF, 0xFF, 0xFF], reads: false)
    peer.send(.windowUpdate(0, UInt32(Int32.max) - 65_535))
    let payload = Note("1000000", payload: Array(repeating: 1, count: 50)).wireBytes
    peer.send(LivePeer.call("/test.Notes/Count", 1, message: payload))
    let client = notes.client()
    #expect(try await client.unary(NoteAPI.echo, Note("x"), CallContext()).text == "x")
    #expect(await eventually { notes.server.connectionCount == 1 })
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }
}

import HTTP2
import NIOCore
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Transport

/// What servers and clients count of their connections.
@Suite struct TrafficTests {
  @Test func `both ends count the same bytes, and keep them when the connection is gone`()
    async throws
  {
    let notes = try await NoteServer()
    let client = notes.client()
    for _ in 0..<10 { _ = try await client.unary(NoteAPI.echo, Note("x"), CallContext()) }
    #expect(notes.server.counts.connections == 1 && client.counts.connections == 1)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(60))
    #expect(
      await eventually {
        client.counts.connections == 0 && notes.server.counts.connections == 0
      })
    let (here, there) = (client.counts, notes.server.counts)
    // The server may not have read the client's last words.
    #expect(here.bytesSent >= there.bytesReceived && there.bytesReceived > 100)
    #expect(there.bytesSent >= here.bytesReceived && here.bytesReceived > 100)
    #expect(here.openStreams == 0 && there.openStreams == 0 && there.runningHandlers == 0)
  }

  @Test func `open streams and running handlers are counted while they are`() async throws {
    let notes = try await NoteServer()
    let client = notes.client()
    try await client.bidirectional(NoteAPI.hold, CallContext()) { (_, _) throws(RPCError) in
      let isThere = await eventually {
        notes.server.counts.openStreams == 1 && notes.server.counts.runningHandlers == 1
          && client.counts.openStreams == 1
      }
      #expect(isThere)
    }
    #expect(
      await eventually {
        notes.server.counts.openStreams == 0 && notes.server.counts.runningHandlers == 0
          && client.counts.openStreams == 0
      })
    let waiting = Task { try await client.unary(NoteAPI.wait, Note(), CallContext()) }
    #expect(await eventually { notes.server.counts.runningHandlers == 1 })
    waiting.cancel()
    _ = try? await waiting.value
    #expect(await eventually { notes.server.counts.runningHandlers == 0 })
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a handler counts until it returns, though its connection is gone`() async throws {
    let gate = AsyncStream<Void>.makeStream()
    let gates = Mutex<[AsyncStream<Void>]>([gate.stream])
    var router = Router()
    router.unary(NoteAPI.echo) { note, _ in
      // Not cancelled with its task, as a handler that writes to a database is not.
      if let stream = gates.withLock({ $0.popLast() }) {
        await Task.detached { for await _ in stream {} }.value
      }
      return note
    }
    let server = Server(router: router, logger: .quiet)
    let port = try await server.start(host: "127.0.0.1", port: 0)
    let peer = try await LivePeer(port: port)
    peer.send(LivePeer.call(NoteAPI.echo.path, 1))
    #expect(await eventually { server.counts.runningHandlers == 1 })
    await peer.close()
    #expect(await eventually { server.counts.connections == 0 })
    #expect(server.counts.runningHandlers == 1)
    gate.continuation.finish()
    #expect(await eventually { server.counts.runningHandlers == 0 })
    await server.shutdown(within: .seconds(5))
  }

  @Test func `GOAWAYs are counted by the reason of this side and the code of the other`()
    async throws
  {
    let notes = try await NoteServer()
    let peer = try await LivePeer(port: notes.port)
    let many = (0..<300).flatMap { _ in Frame.settings.bytes }
    #expect(await peer.sendFully(many))
    #expect(await peer.frame { $0.type == FrameType.goAway } != nil)
    let flood = TrafficCounts.GoAway(code: .enhanceYourCalm, reason: "flood: control")
    #expect(await eventually { notes.server.counts.goAwaysSent[flood] == 1 })
    await peer.close()
    for code: UInt32 in [0, 11, 999, 1000] {
      let other = try await LivePeer(port: notes.port)
      other.send(ScriptedServer.goAway(last: 0, HTTP2ErrorCode(rawValue: code), "mine"))
      #expect(
        await eventually {
          notes.server.counts.goAwaysReceived.values.reduce(0, +)
            > [0, 11, 999, 1000]
            .prefix { $0 != code }.count
        })
      await other.close()
    }
    let received = notes.server.counts.goAwaysReceived
    #expect(
      received == [.noError: 1, .enhanceYourCalm: 1, TrafficCounts.unlistedCode: 2],
      "numbers that a peer makes up are one")
    // A drain is announced, and counts when it is final.
    let client = notes.client()
    _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
    await notes.server.shutdown(within: .seconds(60))
    let end = TrafficCounts.GoAway(code: .noError, reason: "shutdown")
    #expect(notes.server.counts.goAwaysSent[end] == 1)
    await client.shutdown()
  }

  @Test func `the least that any connection has left of its budgets is told`() async throws {
    let notes = try await NoteServer()
    #expect(notes.server.counts.tokensLeast.isEmpty)
    let calm = try await LivePeer(port: notes.port), busy = try await LivePeer(port: notes.port)
    #expect(await busy.sendFully((0..<50).flatMap { _ in Frame(type: 0x42).bytes }))
    let full = UInt64(AbuseLedger.Limits().ignoredFrame.burst)
    #expect(
      await eventually { (notes.server.counts.tokensLeast[.ignoredFrame] ?? full) < full })
    #expect(
      notes.server.counts.tokensLeast[.instantReset]
        == UInt64(AbuseLedger.Limits().instantReset.burst))
    await busy.close()
    #expect(
      await eventually { notes.server.counts.tokensLeast[.ignoredFrame] == full },
      "who is gone is not counted")
    await calm.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `metadata that nobody can read is dropped, counted, and the call goes on`()
    async throws
  {
    let notes = try await NoteServer()
    let peer = try await LivePeer(port: notes.port)
    let fields = [
      (":method", "POST"), (":scheme", "http"), (":path", NoteAPI.reflect.path),
      (":authority", "a"), ("content-type", "application/grpc"), ("te", "trailers"),
      ("x-bad", "caf\u{e9}"), ("x-good", "  plain "),
    ]
    peer.send(Frame.headers(1, fields, end: false), Frame.data(1, [0, 0, 0, 0, 0], end: true))
    #expect(await peer.frame { $0.stream == 1 && $0.flags & 1 != 0 } != nil)
    let reply = try ReplyDecoder(peer.bytes, streams: 1)
    #expect(reply.status(1) == "0")
    #expect(reply.value("x-bad", 1) == nil && reply.value("x-good", 1) == "plain")
    #expect(notes.server.counts.droppedValues == 1)
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `sockets give a peer that is gone no longer than keepalive does`() async throws {
    #if os(Linux)
      let notes = try await NoteServer { $0.keepaliveTimeout = .seconds(7) }
      let client = notes.client {
        $0.keepaliveTime = .seconds(3600)
        $0.keepaliveTimeout = .seconds(9)
      }
      _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
      let there = try #require(notes.server.channels.first)
      #expect(try await there.getOption(UnansweredTime.option).get() == 7000)
      let here = try await client.channel.eventLoop.submit {
        client.channel.connections.first?.context?.channel
      }.get()
      #expect(try await here?.getOption(UnansweredTime.option).get() == 9000)
      await client.shutdown()
      await notes.server.shutdown(within: .seconds(5))
    #endif
  }
}

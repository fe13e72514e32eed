import HTTP2
import RPC
import Synchronization
import TestSupport
import Testing
import Transport
import Wire

/// gRPC's negative HTTP/2 interop cases: servers that break off, ask in between, or allow little.
/// The client neither hangs nor takes half an answer for a whole one. The time limit is there for a
/// client that hangs.
/// (grpc/grpc, doc/negative-http2-interop-test-descriptions.md)
@Suite(.timeLimit(.minutes(10))) struct NegativeInteropTests {
  private static func client(_ server: ScriptedServer) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    return Client([server.address], settings: settings, logger: .quiet)
  }

  private static func echo(_ client: Client, _ note: Note = Note()) async throws(RPCError) -> Note {
    try await client.unary(NoteAPI.echo, note, CallContext())
  }

  private static func head(_ stream: Int32) -> [UInt8] {
    Frame.headers(
      stream, [(":status", "200"), ("content-type", "application/grpc")], end: false
    ).bytes
  }

  private static func trailers(_ stream: Int32) -> [UInt8] {
    Frame.headers(stream, [("grpc-status", "0")]).bytes
  }

  private static func isRequest(_ frame: Frame) -> Bool {
    frame.type == FrameType.data && frame.flags & FrameFlag.endStream != 0
  }

  // MARK: goaway

  @Test(arguments: [false, true])
  func `after GOAWAY the next call goes over another connection, and no error is seen`(
    isAheadOfReply: Bool
  ) async throws {
    let server = try await ScriptedServer { frame, connection in
      guard Self.isRequest(frame) else { return [] }
      let reply = ScriptedServer.reply(frame.stream)
      guard connection == 0 else { return reply }
      let goAway = ScriptedServer.goAway(last: frame.stream, .noError, "bye")
      return isAheadOfReply ? goAway + reply : reply + goAway
    }
    let client = Self.client(server)
    _ = try await Self.echo(client)
    _ = try await Self.echo(client)
    #expect(server.frames.map { $0.of(FrameType.headers).count } == [1, 1])
    await client.shutdown()
    await server.close()
  }

  // MARK: rst_after_header, rst_during_data, rst_after_data

  enum Break: CaseIterable {
    case afterHeader, duringData, afterData

    /// What comes of a message of ten bytes before the reset.
    var message: [UInt8] {
      switch self {
      case .afterHeader: []
      case .duringData: [0, 0, 0, 0, 10, 10, 8]
      case .afterData: [0, 0, 0, 0, 10, 10, 8] + Array("whole on".utf8)
      }
    }
  }

  /// Breaks off the first stream, and answers those after it.
  private static func breaking(_ cut: Break) async throws -> ScriptedServer {
    try await ScriptedServer { frame, _ in
      guard isRequest(frame) else { return [] }
      guard frame.stream == 1 else { return ScriptedServer.reply(frame.stream) }
      let body = cut.message.isEmpty ? [] : Frame.data(1, cut.message).bytes
      return head(1) + body + Frame.reset(1, .noError).bytes
    }
  }

  @Test(arguments: Break.allCases)
  func `a reply that breaks off is an error, and the connection goes on`(cut: Break) async throws {
    let server = try await Self.breaking(cut)
    let client = Self.client(server)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await Self.echo(client)
    }
    #expect(error?.code == .internalError)
    #expect(error?.message == "the peer reset the stream: NO_ERROR")
    #expect(error?.isRetrySafe == false)
    _ = try await Self.echo(client)
    #expect(server.frames.count == 1)
    await client.shutdown()
    await server.close()
  }

  @Test(arguments: Break.allCases)
  func `a stream that breaks off gives its whole messages, then the error`(
    cut: Break
  ) async throws {
    let server = try await Self.breaking(cut)
    let client = Self.client(server)
    let texts = Mutex<[String]>([])
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.serverStreaming(NoteAPI.count, Note(), CallContext()) {
        (notes) throws(RPCError) in
        while let note = try await notes.next() { texts.withLock { $0.append(note.text) } }
        return Note()
      }
    }
    #expect(error?.code == .internalError)
    #expect(texts.withLock { $0 } == (cut == .afterData ? ["whole on"] : []))
    await client.shutdown()
    await server.close()
  }

  // MARK: ping

  @Test func `every PING is answered, wherever in a reply it stands`() async throws {
    let server = try await ScriptedServer { frame, _ in
      switch frame.type {
      case FrameType.settings: frame.flags == 0 ? Frame.ping(1).bytes : []
      case FrameType.headers: Frame.ping(2).bytes
      case FrameType.data:
        Frame.ping(3).bytes + Self.head(1) + Frame.ping(4).bytes
          + Frame.data(1, [0, 0, 0]).bytes + Frame.ping(5).bytes + Frame.data(1, [0, 0]).bytes
          + Frame.ping(6).bytes + Self.trailers(1) + Frame.ping(7).bytes
      default: []
      }
    }
    let client = Self.client(server)
    _ = try await Self.echo(client)
    #expect(await eventually { server.frames[0].of(FrameType.ping).count >= 7 })
    let pings = server.frames[0].of(FrameType.ping)
    #expect(pings == (1...7).map { Frame.ping($0, ack: true) })
    await client.shutdown()
    await server.close()
  }

  // MARK: max_streams

  /// Which streams are open, as a server counts them.
  private struct OpenStreams {
    var open: Set<Int32> = []
    var mostAtOnce = 0
    var answered = 0

    mutating func begin(_ stream: Int32) {
      open.insert(stream)
      mostAtOnce = max(mostAtOnce, open.count)
    }

    mutating func end(_ stream: Int32) {
      open.remove(stream)
      answered += 1
    }
  }

  @Test func `ten calls at once pass one after the other where one stream is allowed`()
    async throws
  {
    let count = Mutex(OpenStreams())
    // Answers a request only after a PING there and back, by when a client that does not keep the
    // limit has sent the next one.
    let server = try await ScriptedServer(settings: [0, 3, 0, 0, 0, 1]) { frame, _ in
      if frame.type == FrameType.headers { count.withLock { $0.begin(frame.stream) } }
      if Self.isRequest(frame) { return Frame.ping(UInt64(frame.stream)).bytes }
      guard frame.type == FrameType.ping else { return [] }
      let stream = Int32(frame.word(4))
      count.withLock { $0.end(stream) }
      return ScriptedServer.reply(stream)
    }
    let client = Self.client(server)
    _ = try await Self.echo(client)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { _ = try await Self.echo(client) } }
      try await group.waitForAll()
    }
    #expect(count.withLock { $0.mostAtOnce } == 1)
    #expect(count.withLock { $0.answered } == 11)
    #expect(server.frames.count == 1)
    await client.shutdown()
    await server.close()
  }

  // MARK: data_frame_padding

  /// Sends a message five bytes a frame, each with the most padding there is, as far as the
  /// client's windows allow. Padding counts in both windows. (RFC 9113 §6.1)
  private struct PaddedReply {
    private static let dataBytes = 5
    private static let paddingBytes = 255
    private static let paddedFlag: UInt8 = 0x8

    let stream: Int32
    var rest: ArraySlice<UInt8> = []
    var connectionWindow = 65_535
    var connectionWindowPeak = 0
    var streamWindow = 65_535
    private(set) var flowBytes = 0
    private var isEnded = false

    init(stream: Int32) { self.stream = stream }

    mutating func take(_ frame: Frame) {
      switch frame.type {
      case FrameType.settings where frame.flags == 0:
        for start in stride(from: 0, to: frame.payload.count, by: 6)
        where Array(frame.payload[start..<start + 2]) == [0, 4] {
          streamWindow = Int(frame.word(start + 2))
        }
      case FrameType.windowUpdate where frame.stream == 0:
        connectionWindow += Int(frame.word())
        connectionWindowPeak = max(connectionWindowPeak, connectionWindow)
      case FrameType.windowUpdate: streamWindow += Int(frame.word())
      default: break
      }
    }

    mutating func next() -> [UInt8] {
      var bytes: [UInt8] = []
      while !rest.isEmpty {
        let data = rest.prefix(Self.dataBytes)
        let count = 1 + data.count + Self.paddingBytes
        guard count <= min(connectionWindow, streamWindow) else { break }
        connectionWindow -= count
        streamWindow -= count
        flowBytes += count
        rest = rest.dropFirst(data.count)
        bytes += [0, UInt8(count >> 8), UInt8(count & 255), FrameType.data, Self.paddedFlag]
        bytes += [0, 0, 0, UInt8(stream), UInt8(Self.paddingBytes)]
        bytes += data
        bytes += repeatElement(0, count: Self.paddingBytes)
      }
      if rest.isEmpty, !isEnded {
        isEnded = true
        bytes += NegativeInteropTests.trailers(stream)
      }
      return bytes
    }
  }

  @Test func `padding is no part of a message, and is given back to both windows`() async throws {
    let note = Note("", payload: Array(repeating: 7, count: 314_159))
    let message = note.wireBytes
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: message.count >> $0) }
    let reply = Mutex(PaddedReply(stream: 1))
    let server = try await ScriptedServer { frame, _ in
      reply.withLock { reply in
        reply.take(frame)
        guard Self.isRequest(frame) else { return reply.flowBytes > 0 ? reply.next() : [] }
        reply.rest = ([0] + length + message)[...]
        return Self.head(1) + reply.next()
      }
    }
    let client = Self.client(server)
    #expect(try await Self.echo(client) == note)
    let windowBytes = Int(HTTP2Settings.client.connectionWindowBytes)
    let (flowBytes, peak) = reply.withLock { ($0.flowBytes, $0.connectionWindowPeak) }
    #expect(flowBytes > windowBytes, "so that credit was needed")
    #expect(peak == windowBytes, "no more than was taken is given back")
    await client.shutdown()
    await server.close()
  }
}

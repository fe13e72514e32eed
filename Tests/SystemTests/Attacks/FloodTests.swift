import HTTP2
import TestSupport
import Testing

/// Peers that send at full speed what costs work and brings none.
@Suite(.serialized) struct FloodTests {
  /// `count` requests, each reset in the write that begins it.
  private static func pairs(_ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in range {
      let id = Int32(2 * number + 1)
      bytes += Frame.request(AttackedServer.empty, id, end: false).bytes
      bytes += Frame.reset(id, .cancel).bytes
    }
    return bytes
  }

  @Test func `requests reset as they begin end the connection by the thirty-thousandth`()
    async throws
  {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    let begin = ContinuousClock.now
    let batches = await peer.flood(400) { Self.pairs($0 * 500..<($0 + 1) * 500) }
    // What was under way to the server counts as sent as well, and a slow machine gives the rule
    // time to be refilled.
    let refilled = Int((ContinuousClock.now - begin).components.seconds + 1) * 1000
    #expect(batches * 500 <= 40_000 + refilled)
    #expect(await peer.farewell() == "ENHANCE_YOUR_CALM flood: instant reset")
    try await server.expectUnharmed()
  }

  enum Fault: CaseIterable {
    case windowOverflow, contentLength, openTrailers

    func bytes(_ id: Int32) -> [UInt8] {
      switch self {
      case .windowOverflow:
        Frame.request(AttackedServer.clientStream, id, end: false).bytes
          + Frame.windowUpdate(id, .max >> 1).bytes
      case .contentLength:
        Frame.request(AttackedServer.empty, id, [("content-length", "1")], end: true).bytes
      case .openTrailers:
        Frame.request(AttackedServer.clientStream, id, end: false).bytes
          + Frame.headers(id, [("x", "y")], end: false).bytes
      }
    }
  }

  @Test(arguments: Fault.allCases)
  func `a peer whose streams have to be reset is cut off`(_ fault: Fault) async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    var streams = 0
    while streams < 1000, await peer.sendFully(fault.bytes(Int32(2 * streams + 1))),
      !peer.isClosed, peer.frames.goAway == nil
    {
      streams += 1
      // What is sent to a socket that the server has closed is answered by a reset, which takes a
      // GOAWAY along that was not read yet.
      if streams > 200 { try await Task.sleep(for: .milliseconds(2)) }
    }
    #expect(await peer.farewell() == "ENHANCE_YOUR_CALM flood: peer error")
    #expect(peer.frames.of(FrameType.resetStream).count <= 300)
    try await server.expectUnharmed()
  }

  @Test func `a header block without end is cut off, and one in two parts byte by byte is served`()
    async throws
  {
    let server = try await AttackedServer()
    let honest = try await server.peer()
    let block = Frame.literals(Frame.fields(AttackedServer.empty))
    let cut = [10, 20]
    let parts = [
      Frame(type: FrameType.headers, stream: 1, payload: Array(block[..<cut[0]])),
      Frame(type: FrameType.continuation, stream: 1, payload: Array(block[cut[0]..<cut[1]])),
      Frame(
        type: FrameType.continuation, flags: FrameFlag.endHeaders, stream: 1,
        payload: Array(block[cut[1]...])),
      .data(1, [0, 0, 0, 0, 0], end: true),
    ]
    for byte in parts.flatMap(\.bytes) { _ = await honest.sendFully([byte]) }
    #expect(try await honest.statuses(1) == ["0"])
    await honest.close()

    let peer = try await server.peer()
    let endless = Frame(type: FrameType.continuation, stream: 1, payload: [0, 1, 0x61, 1, 0x62])
    peer.send(Frame(type: FrameType.headers, stream: 1, payload: Array(block)))
    _ = await peer.flood(100_000) { _ in endless.bytes }
    #expect(await peer.farewell() == "ENHANCE_YOUR_CALM flood: continuation")
    try await server.expectUnharmed()
  }

  @Test(arguments: [Frame.ping(7), .settings])
  func `PING and SETTINGS without end are cut off, although nobody reads the answers`(
    frame: Frame
  ) async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer(reads: false)
    let thousand = Array((0..<1000).map { _ in frame.bytes }.joined())
    _ = await peer.flood(10_000) { _ in thousand }
    #expect(peer.isClosed)
    try await server.expectUnharmed()
  }

  @Test func `a SETTINGS frame of too many entries is cut off`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    let entry: [UInt8] = [0, 4, 0, 0, 0xFF, 0xFF]
    peer.send(Frame(type: FrameType.settings, payload: Array((0..<33).map { _ in entry }.joined())))
    #expect(await peer.farewell()?.hasPrefix("ENHANCE_YOUR_CALM") == true)
    try await server.expectUnharmed()
  }

  @Test func `refusals that nobody reads are not heaped up`() async throws {
    let server = try await AttackedServer(isImpatient: true)
    let peer = try await server.peer(reads: false)
    // 256 calls that stay open; every further one is refused with a RST_STREAM.
    var open: [UInt8] = []
    for number in 0..<256 {
      open += Frame.request(AttackedServer.twoWay, Int32(2 * number + 1), end: false).bytes
    }
    _ = await peer.sendFully(open)
    let writing = Task {
      await peer.flood(4000) { batch in
        var bytes: [UInt8] = []
        for number in 0..<500 {
          let id = Int32(513 + 2 * (batch * 500 + number))
          bytes += Frame.request(AttackedServer.twoWay, id, end: false).bytes
        }
        return bytes
      }
    }
    #expect(await peer.closes() || !writing.isCancelled)
    await peer.close()
    _ = await writing.value
    #expect(try server.peakGrowth() < 64 << 20)
    try await server.expectUnharmed()
  }

  @Test func `empty DATA frames are cut off`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    peer.send(.request(AttackedServer.clientStream, 1, end: false))
    let hundred = Array((0..<100).map { _ in Frame.data(1, []).bytes }.joined())
    _ = await peer.flood(1000) { _ in hundred }
    #expect(await peer.farewell() == "ENHANCE_YOUR_CALM flood: empty frame")
    try await server.expectUnharmed()
  }

  @Test(arguments: [FrameType.priority, 0x0C, 0xFA])
  func `PRIORITY and unknown frames are cut off`(type: UInt8) async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    let frame = Frame(
      type: type, stream: type == FrameType.priority ? 1 : 0, payload: [0, 0, 0, 0, 1])
    let thousand = Array((0..<1000).map { _ in frame.bytes }.joined())
    _ = await peer.flood(1000) { _ in thousand }
    #expect(await peer.farewell() == "ENHANCE_YOUR_CALM flood: ignored frame")
    try await server.expectUnharmed()
  }
}

extension Frame {
  /// The fields of a gRPC request.
  static func fields(
    _ path: String, _ more: [(String, String)] = []
  ) -> [(String, String)] {
    [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a")] + more + [
      ("content-type", "application/grpc"), ("te", "trailers"),
    ]
  }

  static func request(
    _ path: String, _ stream: Int32, _ more: [(String, String)] = [], end: Bool
  ) -> Frame {
    .headers(stream, fields(path, more), end: end)
  }

  /// One envelope around `message`, in as many frames as it takes.
  static func message(_ stream: Int32, _ message: [UInt8], flag: UInt8 = 0) -> [UInt8] {
    let count = UInt32(message.count)
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    let envelope = [flag] + length + message
    var bytes: [UInt8] = []
    var start = 0
    while start < envelope.count {
      let end = min(start + 16_384, envelope.count)
      bytes += data(stream, Array(envelope[start..<end]), end: end == envelope.count).bytes
      start = end
    }
    return bytes
  }
}

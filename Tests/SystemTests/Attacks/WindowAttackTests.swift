import HTTP2
import TestSupport
import Testing

/// Peers that misuse flow control, or time.
@Suite(.serialized) struct WindowAttackTests {
  @Test func `a window past its end resets the stream, or ends the connection`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    peer.send(.request(AttackedServer.twoWay, 1, end: false), .windowUpdate(1, .max >> 1))
    let reset = await peer.frame { $0.type == FrameType.resetStream && $0.stream == 1 }
    #expect(reset?.word() == HTTP2ErrorCode.flowControlError.rawValue)
    peer.send(.windowUpdate(0, .max >> 1))
    #expect(await peer.farewell()?.hasPrefix("FLOW_CONTROL_ERROR") == true)
    try await server.expectUnharmed()
  }

  /// StreamingOutputCallRequest for `count` replies of 60000 bytes.
  private static func replies(_ count: Int) -> [UInt8] {
    (0..<count).flatMap { _ in [0x12, 4, 0x08, 0xE0, 0xD4, 0x03] as [UInt8] }
  }

  @Test func `replies that nobody makes room for are neither heaped up nor kept`() async throws {
    let server = try await AttackedServer(isImpatient: true)
    let peer = try await server.peer(settings: [0, 4, 0, 0, 0, 0])
    try server.forgetPeak()
    var requests: [UInt8] = []
    for number in 0..<256 {
      let id = Int32(2 * number + 1)
      requests += Frame.request(AttackedServer.serverStream, id, end: false).bytes
      requests += Frame.message(id, Self.replies(100))
    }
    peer.send(requests)
    // Meanwhile others are served.
    for _ in 0..<5 { try await server.serve() }
    for number in 0..<256 {
      let id = Int32(2 * number + 1)
      let reset = await peer.frame { $0.type == FrameType.resetStream && $0.stream == id }
      #expect(reset?.word() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
    }
    // Each stream holds streamUnsentBytesMax and the message that passed it, made and sealed.
    #expect(try server.peakGrowth() < 256 * (65_536 + 2 * 60_000) + 16 << 20)
    #expect(!peer.isClosed)
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `a peer that leaves its replies in the socket is closed on`() async throws {
    let server = try await AttackedServer(isImpatient: true)
    // Windows as wide as they get: only the socket holds anything back.
    let peer = try await server.peer(settings: [0, 4, 0x7F, 0xFF, 0xFF, 0xFF], reads: false)
    peer.send(.windowUpdate(0, 0x7FFF_0000 - 65_535))
    try server.forgetPeak()
    for number in 0..<100 {
      let id = Int32(2 * number + 1)
      peer.send(
        Frame.request(AttackedServer.serverStream, id, end: false).bytes
          + Frame.message(id, Self.replies(1000)))
    }
    for _ in 0..<5 { try await server.serve() }
    #expect(try server.peakGrowth() < 64 << 20)
    // The close shows as soon as something is written to it.
    var isClosed = false
    for _ in 0..<600 where !isClosed {
      isClosed = await !peer.sendFully(Frame.windowUpdate(0, 1).bytes)
      if !isClosed { try await Task.sleep(for: .milliseconds(100)) }
    }
    #expect(isClosed)
    try await server.expectUnharmed()
  }

  @Test func `a socket that says nothing, half a preface or half a header block is closed on`()
    async throws
  {
    let server = try await AttackedServer(isImpatient: true)
    let silent = try await server.peer(settings: nil)
    let begun = try await server.peer(settings: nil)
    begun.send(Array(Frame.preface.prefix(10)))
    let open = try await server.peer()
    let block = Frame.literals(Frame.fields(AttackedServer.empty))
    open.send(Frame(type: FrameType.headers, stream: 1, payload: Array(block.prefix(20))))
    #expect(await silent.closes())
    #expect(await begun.closes())
    #expect(await open.farewell() == "ENHANCE_YOUR_CALM slow headers")
    try await server.expectUnharmed()
  }

  @Test func `no frame after a GOAWAY that ended the session does harm`() async throws {
    let server = try await AttackedServer()
    for type in 0...12 as ClosedRange<UInt8> {
      let peer = try await server.peer()
      // 1 is half closed, 3 is open, 5 is closed, 7 is idle; DATA on 0 ends the session.
      var bytes =
        Frame.request(AttackedServer.twoWay, 1, end: true).bytes
        + Frame.request(AttackedServer.twoWay, 3, end: false).bytes
        + Frame.request(AttackedServer.twoWay, 5, end: false).bytes
        + Frame.reset(5, .cancel).bytes + Frame.data(0, [1]).bytes
      for stream in [0, 1, 3, 5, 7, 2] as [Int32] {
        for flags in [0, 1, 4, 5, 8, 0x20, 0xFF] as [UInt8] {
          for payload in [[], [0], [0, 0, 0, 1], [UInt8](repeating: 0, count: 8)] as [[UInt8]] {
            bytes += Frame(type: type, flags: flags, stream: stream, payload: payload).bytes
          }
        }
      }
      peer.send(bytes)
      #expect(await peer.closes())
    }
    try await server.expectUnharmed()
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "\u{16}\u{3}\u{1} a TLS client's hello, more or less",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", String(repeating: "\u{0}\u{7F}", count: 5000),
  ])
  func `what is no HTTP/2 is closed on`(text: String) async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer(settings: nil)
    peer.send(Array(text.utf8))
    #expect(await peer.closes())
    try await server.expectUnharmed()
  }
}

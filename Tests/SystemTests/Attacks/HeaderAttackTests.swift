import HTTP2
import TestSupport
import Testing

/// Header blocks made to cost memory, to reach what they should not, or to confuse.
@Suite(.serialized) struct HeaderAttackTests {
  /// A block in HEADERS and as few CONTINUATIONs as it takes.
  private static func frames(_ block: [UInt8], _ stream: Int32) -> [UInt8] {
    stride(from: 0, to: block.count, by: 16_384).flatMap { start in
      let end = min(start + 16_384, block.count)
      return Frame(
        type: start == 0 ? FrameType.headers : FrameType.continuation,
        flags: end == block.count ? FrameFlag.endHeaders : 0, stream: stream,
        payload: Array(block[start..<end])
      ).bytes
    }
  }

  @Test func `a block that inflates to a hundred mebibytes takes less than one`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    // An entry of 4000 bytes enters the table once and is then named by one byte.
    let entry = [0x40, 1, 0x78, 0x7F, 0x81, 0x1E] + [UInt8](repeating: 0x61, count: 4000)
    let block =
      Frame.literals(Frame.fields(AttackedServer.empty)) + entry
      + [UInt8](repeating: 0x80 | 62, count: 100 << 20 / 4000 - 8)
    try server.forgetPeak()
    peer.send(Self.frames(block, 1))
    let reset = await peer.frame { $0.type == FrameType.resetStream && $0.stream == 1 }
    #expect(reset?.word() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
    #expect(try server.peakGrowth() < 1 << 20)
    #expect(await peer.isAnswered(1))
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `sixty thousand fields of one byte are refused`() async throws {
    let server = try await AttackedServer()
    // Windows of nothing, so that whatever answers would stay.
    let peer = try await server.peer(settings: [0, 4, 0, 0, 0, 0])
    let block =
      Frame.literals(Frame.fields(AttackedServer.empty))
      + [UInt8](repeating: 0x80 | 16, count: 60_000)
    peer.send(Self.frames(block, 1))
    let reset = await peer.frame { $0.type == FrameType.resetStream && $0.stream == 1 }
    #expect(reset?.word() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `a path that is only similar to a method's reaches nobody`() async throws {
    let server = try await AttackedServer()
    let method = AttackedServer.empty
    let similar = [
      method + "/", method + "?x", method.uppercased(), "/" + method, method + "%20",
      "/grpc.testing.TestService/./EmptyCall",
    ]
    let peer = try await server.peer()
    for (number, path) in similar.enumerated() {
      peer.send(LivePeer.call(path, Int32(2 * number + 1)))
    }
    #expect(try await peer.statuses(similar.count) == similar.map { _ in "12" })
    // What is no path at all is a fault of HTTP/2 already.
    for (number, path) in [String(method.dropFirst()), "*", ""].enumerated() {
      let id = Int32(2 * (similar.count + number) + 1)
      peer.send(LivePeer.call(path, id))
      let reset = await peer.frame { $0.type == FrameType.resetStream && $0.stream == id }
      #expect(reset?.word() == HTTP2ErrorCode.protocolError.rawValue, "\(path)")
    }
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test(arguments: ["\r", "\n", "\0", "\u{7F}", "\u{1}"])
  func `a control character in any part of a header resets its stream`(
    character: String
  ) async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    let good = Frame.fields(AttackedServer.empty)
    var blocks: [[(String, String)]] = []
    for index in good.indices {
      var fields = good
      fields[index].1 += character
      blocks.append(fields)
    }
    blocks.append(good + [("x" + character, "y")])
    blocks.append(good + [("x", "y" + character + "z")])
    for (number, fields) in blocks.enumerated() {
      let id = Int32(2 * number + 1)
      peer.send(
        Frame.headers(id, fields, end: false).bytes
          + Frame.data(id, [0, 0, 0, 0, 0], end: true).bytes)
    }
    let last = Int32(2 * blocks.count - 1)
    #expect(await peer.frame { $0.stream == last } != nil)
    let replies = try await peer.replies(blocks.count)
    for number in blocks.indices {
      let id = Int32(2 * number + 1)
      let code = peer.frames.resetCode(id)
      #expect(code == .protocolError, "\(blocks[number]) \(replies.status(id) ?? "")")
    }
    await peer.close()
    try await server.expectUnharmed()
  }

  /// Values that are almost right, and what the call ends with.
  private static let values: [(field: (String, String), status: String)] = [
    (("grpc-timeout", ""), "13"), (("grpc-timeout", "123456789m"), "13"),
    (("grpc-timeout", "+1S"), "13"), (("grpc-timeout", "-1S"), "13"),
    (("grpc-timeout", "1"), "13"), (("grpc-timeout", "S"), "13"), (("grpc-timeout", "1s"), "13"),
    (("grpc-timeout", "1 S"), "13"), (("grpc-timeout", "0x1S"), "13"),
    (("grpc-timeout", "99999999H"), "0"), (("grpc-timeout", "0n"), "4"),
    (("x-bin", "!"), "13"), (("x-bin", "a"), "13"), (("x-bin", "YQ==YQ=="), "13"),
    (("x-bin", "YQ,YQ=="), "0"), (("grpc-encoding", "snappy"), "12"),
    (("grpc-encoding", ""), "12"), (("grpc-status", "99999999999999999999"), "0"),
    (("grpc-message", "%%%zz"), "0"), (("grpc-status-details-bin", "//////"), "0"),
    (("grpc-previous-rpc-attempts", "-99999999999999999999"), "0"),
  ]

  @Test func `values that are almost right end in the status they should`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    for (number, value) in Self.values.enumerated() {
      let id = Int32(2 * number + 1)
      peer.send(
        Frame.request(AttackedServer.empty, id, [value.field], end: false).bytes
          + Frame.data(id, [0, 0, 0, 0, 0], end: true).bytes)
    }
    let statuses = try await peer.statuses(Self.values.count)
    for (value, status) in zip(Self.values, statuses) {
      #expect(status == value.status, "\(value.field)")
    }
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `the stream beyond the limit ends the connection, or is refused while nobody agreed`()
    async throws
  {
    let server = try await AttackedServer()
    func open(_ range: Range<Int>) -> [UInt8] {
      range.flatMap {
        Frame.request(AttackedServer.twoWay, Int32(2 * $0 + 1), end: false).bytes
      }
    }
    let agreed = try await server.peer()
    #expect(await agreed.isAnswered(0))
    agreed.send(open(1..<258))
    #expect(await agreed.farewell()?.hasPrefix("PROTOCOL_ERROR") == true)

    let early = try await server.peer(acknowledges: false)
    early.send(open(0..<257))
    let reset = await early.frame { $0.type == FrameType.resetStream && $0.stream == 513 }
    #expect(reset?.word() == HTTP2ErrorCode.refusedStream.rawValue)
    #expect(!early.isClosed)
    await early.close()
    try await server.expectUnharmed()
  }
}

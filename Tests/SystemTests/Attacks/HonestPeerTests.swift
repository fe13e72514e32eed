import HTTP2
import TestSupport
import Testing

/// Peers that do nothing wrong, and look at first sight like some that do.
@Suite(.serialized) struct HonestPeerTests {
  /// Begins `count` calls that stay open, in bytes of one write.
  private static func open(_ range: Range<Int>, _ more: [(String, String)] = []) -> [UInt8] {
    range.flatMap { number in
      Frame.request(AttackedServer.twoWay, Int32(2 * number + 1), more, end: false).bytes
    }
  }

  private static func resets(_ range: Range<Int>) -> [UInt8] {
    range.flatMap { Frame.reset(Int32(2 * $0 + 1), .cancel).bytes }
  }

  @Test func `a client that cancels and lets expire thirty thousand calls keeps its connection`()
    async throws
  {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    var next = 0
    for _ in 0..<100 {
      // Cancelled while they run: the answer proves that the server has read what came before.
      peer.send(Self.open(next..<next + 100))
      next += 100
      #expect(await peer.isAnswered(next))
      next += 1
      peer.send(Self.resets(next - 101..<next - 1))
    }
    for _ in 0..<100 {
      peer.send(Self.open(next..<next + 100, [("grpc-timeout", "1m")]))
      next += 100
      let last = Int32(2 * next - 1)
      #expect(
        await peer.frame {
          $0.stream == last
            && ($0.type == FrameType.resetStream || $0.type == FrameType.headers)
        } != nil)
    }
    for _ in 0..<100 {
      var pairs: [UInt8] = []
      for number in next..<next + 100 {
        pairs += Self.open(number..<number + 1) + Self.resets(number..<number + 1)
      }
      _ = await peer.sendFully(pairs)
      next += 100
    }
    // Handlers that were cancelled a moment ago may still have the slots of all streams, upon which
    // a call is refused and has to be made again.
    var isAnswered = false
    for _ in 0..<100 where !isAnswered {
      isAnswered = await peer.isAnswered(next)
      next += 1
    }
    #expect(isAnswered && peer.frames.goAway == nil && !peer.isClosed)
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `a message of four mebibytes in frames of one byte is taken whole`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    // SimpleRequest{payload{body}}, just as long as a message may be.
    let count = 4_194_304
    let body = count - 10
    let message =
      [0x1A] + Self.varint(body + 5) + [0x12] + Self.varint(body)
      + [UInt8](repeating: 7, count: body)
    #expect(message.count == count)
    try server.forgetPeak()
    peer.send(.request(AttackedServer.unary, 1, end: false))
    var windows = FlowWindows(stream: 1)
    let envelope = [0, 0, 0x40, 0, 0] + message
    var start = 0
    while start < envelope.count, !peer.isClosed {
      let space = try await windows.space(peer)
      var batch: [UInt8] = []
      let end = min(start + min(space, 30_000), envelope.count)
      batch.reserveCapacity(10 * (end - start))
      for index in start..<end {
        batch += [0, 0, 1, 0, index == envelope.count - 1 ? 1 : 0, 0, 0, 0, 1, envelope[index]]
      }
      windows.spend(end - start)
      start = end
      #expect(await peer.sendFully(batch))
    }
    #expect(try await peer.statuses(1) == ["0"])
    // The message, the buffer it grew from, and its decoded copy.
    #expect(try server.peakGrowth() < 16 << 20)
    await peer.close()
    try await server.expectUnharmed()
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest & 127 | 128))
      rest >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: rest)]
  }

  @Test func `little data in much padding is taken whole, and padding beyond its frame is not`()
    async throws
  {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    peer.send(.request(AttackedServer.unary, 1, end: false))
    // An unknown field of 50000 bytes in frames of five: unless padding is given back as well, its
    // windows are empty after 251 of them.
    let payload = [UInt8](repeating: 0, count: 50_000)
    let message = [0x7A] + Self.varint(payload.count) + payload
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: message.count >> $0) }
    let envelope = [0] + length + message
    var windows = FlowWindows(stream: 1)
    for start in stride(from: 0, to: envelope.count, by: 5) {
      let part = envelope[start..<min(start + 5, envelope.count)]
      while try await windows.space(peer) < 261, !peer.isClosed {
        try await Task.sleep(for: .milliseconds(1))
      }
      windows.spend(1 + part.count + 255)
      peer.send(
        Frame(
          type: FrameType.data, flags: 8 | (start + 5 >= envelope.count ? 1 : 0), stream: 1,
          payload: [255] + part + [UInt8](repeating: 0, count: 255)))
    }
    #expect(try await peer.statuses(1) == ["0"])
    peer.send(.request(AttackedServer.unary, 3, end: false))
    peer.send(Frame(type: FrameType.data, flags: 8, stream: 3, payload: [9, 1, 2]))
    #expect(await peer.farewell()?.hasPrefix("PROTOCOL_ERROR") == true)
    try await server.expectUnharmed()
  }
}

extension LivePeer {
  /// Makes the `number`-th call of the connection and waits for its answer.
  /// - Returns: false when it was refused.
  func isAnswered(_ number: Int) async -> Bool {
    let id = Int32(2 * number + 1)
    send(LivePeer.call(AttackedServer.empty, id))
    let end = await frame {
      $0.stream == id && $0.flags & 1 != 0 || $0.stream == id && $0.type == FrameType.resetStream
    }
    return end?.type == FrameType.headers
  }
}

import TestSupport
import Testing

@testable import HTTP2

/// Peers that send what costs work and brings none, and honest ones that come close.
@Suite struct AbuseTests {
  @Test func `an honest client that cancels ten thousand calls stays connected`() throws {
    let peer = try RawPeer(to: .server)
    for number in 0..<10_000 as Range<Int32> {
      let id = 2 * number + 1
      peer.send(.request(id))
      peer.send(.reset(id, .cancel))
      peer.session.releaseSlot()
    }
    #expect(peer.requestsAnnounced == 10_000)
    // Then ten thousand more, each reset in the write that began it.
    for number in 10_000..<20_000 as Range<Int32> {
      peer.send(.request(2 * number + 1), .reset(2 * number + 1, .cancel))
      peer.session.releaseSlot()
    }
    peer.send(.request(50_001))
    #expect(peer.requestsAnnounced == 20_001)
    #expect(peer.frames.goAway == nil && peer.endpoint.failure == nil)
  }

  @Test func `resets in the same read as their streams end the connection`() throws {
    let peer = try RawPeer(to: .server)
    var pairs = 0
    var running = 0
    while peer.endpoint.failure == nil && pairs < 200_000 {
      // As many as a read of 64 KiB holds, roughly.
      var bytes: [UInt8] = []
      for _ in 0..<500 {
        let id = Int32(2 * pairs + 1)
        bytes += Frame.request(id).bytes + Frame.reset(id, .cancel).bytes
        pairs += 1
      }
      peer.send(bytes)
      running = peer.requestsAnnounced  // None of the handlers has returned.
      peer.endpoint.reports.removeAll { if case .fault = $0 { true } else { false } }
    }
    #expect(running <= 256)
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.instantReset)))
    #expect(pairs > 20_000 && pairs <= 30_000)
    #expect(peer.frames.goAway?.code == .enhanceYourCalm)
    #expect(peer.frames.goAway?.text == "flood: instant reset")
  }

  enum Fault: CaseIterable {
    case windowOverflow, contentLength, openTrailers, headerFields

    func frames(_ id: Int32) -> [Frame] {
      switch self {
      case .windowOverflow: [.request(id, end: false), .windowUpdate(id, .max >> 1)]
      case .contentLength: [.headers(id, Frame.requestFields + [("content-length", "1")])]
      case .openTrailers: [.request(id, end: false), .headers(id, [("x", "y")], end: false)]
      case .headerFields: [.headers(id, Array(repeating: ("x", "y"), count: 101))]
      }
    }
  }

  @Test(arguments: Fault.allCases)
  func `a peer that makes this side reset its streams is cut off`(_ fault: Fault) throws {
    let peer = try RawPeer(to: .server)
    var streams: Int32 = 0
    while peer.endpoint.failure == nil && streams < 1000 {
      let announced = peer.requestsAnnounced
      peer.send(fault.frames(2 * streams + 1).flatMap(\.bytes))
      if peer.requestsAnnounced > announced { peer.session.releaseSlot() }
      streams += 1
    }
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.peerError)))
    #expect(streams == 201)
    #expect(peer.frames.goAway?.text == "flood: peer error")
  }

  @Test func `a reset stream keeps its slot until the handler has returned`() throws {
    var settings = HTTP2Settings.server
    settings.concurrentStreamsMax = 1
    let peer = try RawPeer(to: .server, settings)
    peer.send(Fault.windowOverflow.frames(1).flatMap(\.bytes))
    #expect(peer.frames.resetCode(1) == .flowControlError)
    #expect(peer.endpoint.closings(1) == [.flowControlError])
    peer.send(.request(3))
    #expect(peer.frames.resetCode(3) == .refusedStream)
    peer.session.releaseSlot()
    peer.send(.request(5))
    #expect(peer.requestsAnnounced == 2)
  }

  @Test func `resets by the owner are charged to nobody`() throws {
    let peer = try RawPeer(to: .server)
    for number in 0..<1000 as Range<Int32> {
      peer.send(.request(2 * number + 1))
      peer.session.reset(StreamID(rawValue: 2 * number + 1), .internalError)
      _ = peer.endpoint.drain()
      peer.session.releaseSlot()
    }
    #expect(peer.endpoint.failure == nil)
    #expect(peer.endpoint.reports.count { $0 == .closed(1999, .internalError) } == 1)
  }

  /// A request whose block is cut into `count` CONTINUATION frames behind HEADERS.
  private func continued(_ count: Int) -> [UInt8] {
    let block = Frame.literals(Frame.requestFields)
    var bytes = Frame(
      type: FrameType.headers, flags: FrameFlag.endStream, stream: 1,
      payload: Array(block.prefix(10))
    ).bytes
    let size = (block.count - 10) / count
    for number in 0..<count {
      let isLast = number == count - 1
      let part = block.dropFirst(10 + number * size).prefix(isLast ? block.count : size)
      bytes +=
        Frame(
          type: FrameType.continuation, flags: isLast ? FrameFlag.endHeaders : 0, stream: 1,
          payload: Array(part)
        ).bytes
    }
    return bytes
  }

  @Test(arguments: [1, 2, 8], [1, 2, 8, 9, 10, 1000])
  func `eight CONTINUATION frames pass however they are cut`(count: Int, size: Int) throws {
    let peer = try RawPeer(to: .server)
    peer.send(continued(count), cut: size)
    #expect(peer.requestsAnnounced == 1)
    #expect(peer.endpoint.fields(1) == Frame.requestFields.map { [$0.0, $0.1] })
  }

  @Test(arguments: [1, 9, 1000])
  func `the ninth CONTINUATION frame ends the connection`(size: Int) throws {
    let peer = try RawPeer(to: .server)
    peer.send(continued(9), cut: size)
    #expect(peer.requestsAnnounced == 0)
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.continuationsOverLimit(limit: 8)))
    #expect(peer.frames.goAway?.code == .enhanceYourCalm)
    #expect(peer.frames.goAway?.text == "flood: continuation")
  }

  @Test func `a block that inflates to a hundred mebibytes is never held`() throws {
    let peer = try RawPeer(to: .server)
    // An entry of 4000 bytes goes into the table once and is then named by one byte.
    let entry = [0x40, 1, 0x78, 0x7F, 0x81, 0x1E] + [UInt8](repeating: 0x61, count: 4000)
    var block = Frame.literals(Frame.requestFields) + entry
    block += [UInt8](repeating: 0x80 | 62, count: 100 << 20 / 4000 - 8)
    var parts: [[UInt8]] = []
    while !block.isEmpty {
      parts.append(Array(block.prefix(16_384)))
      block.removeFirst(min(16_384, block.count))
    }
    for (number, part) in parts.enumerated() {
      peer.send(
        Frame(
          type: number == 0 ? FrameType.headers : FrameType.continuation,
          flags: number == parts.count - 1 ? FrameFlag.endHeaders : 0, stream: 1, payload: part))
    }
    #expect(peer.frames.resetCode(1) == .enhanceYourCalm)
    #expect(peer.requestsAnnounced == 0)
    #expect(peer.session.block.listBytes < 1 << 16)
    peer.send(.request(3))
    #expect(peer.requestsAnnounced == 1)
  }

  @Test func `sixty thousand one-byte fields are refused at the hundred and first`() throws {
    let peer = try RawPeer(to: .server)
    // Static entry 2 is ":method GET": one byte on the wire, a pseudo-header again and again.
    // Entry 16 is "accept-encoding gzip, deflate", which may come as often as one likes.
    let block = Frame.literals(Frame.requestFields) + [UInt8](repeating: 0x80 | 16, count: 60_000)
    for start in stride(from: 0, to: block.count, by: 16_384) {
      let end = min(start + 16_384, block.count)
      peer.send(
        Frame(
          type: start == 0 ? FrameType.headers : FrameType.continuation,
          flags: end == block.count ? FrameFlag.endHeaders : 0, stream: 1,
          payload: Array(block[start..<end])))
    }
    #expect(peer.frames.resetCode(1) == .enhanceYourCalm)
    #expect(peer.session.block.count == 101)
    #expect(peer.requestsAnnounced == 0)
  }

  @Test(arguments: [HTTP2Role.server, .client])
  func `SETTINGS without end are cut off`(_ role: HTTP2Role) throws {
    let peer = try RawPeer(to: role)
    var sent = 0
    while peer.endpoint.failure == nil && sent < 1000 {
      peer.send(.settings)
      sent += 1
    }
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.control)))
    #expect(sent == 99)  // Two were spent on the beginning.
    #expect(peer.frames.goAway?.text == "flood: control")
  }

  @Test(arguments: [HTTP2Role.server, .client])
  func `PINGs without end are cut off`(_ role: HTTP2Role) throws {
    let peer = try RawPeer(to: role)
    var sent = 0
    while peer.endpoint.failure == nil && sent < 1000 {
      peer.send(.ping(UInt64(sent)))
      sent += 1
    }
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.ping)))
    #expect(sent == 101)
  }

  @Test func `a peer that measures the path with a PING for each reply stays connected`() throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    for number in 0..<5000 {
      _ = try pair.client.session.submitRequest(Exchange.request, body: [1], endStream: true)
      pair.client.session.submitPing(UInt64(number))
      pair.run()
    }
    #expect(pair.client.failure == nil && pair.server.failure == nil)
    #expect(pair.client.reports.count { if case .closed = $0 { true } else { false } } == 5000)
  }

  @Test func `acknowledgements that nobody reads are bounded`() throws {
    var settings = HTTP2Settings.server
    settings.ledger.ping.burst = 1_000_000  // So that the other limit is the one that is met.
    let peer = try RawPeer(to: .server, settings)
    let pings = Array((0..<1001).map { Frame.ping(UInt64($0)).bytes }.joined())
    #expect(throws: HTTP2ConnectionError(.acknowledgementsOverLimit(limit: 1000))) {
      try peer.session.receive(pings, now: 0)
    }
    #expect(peer.session.outboundQueueCount <= 1000)
    let frames = Frame.parse(peer.endpoint.drain())
    #expect(frames.map(\.type) == [FrameType.goAway])
    #expect(frames.goAway?.code == .enhanceYourCalm)
    #expect(frames.goAway?.text == "flood: acknowledgements")
  }

  @Test func `empty DATA frames are cut off`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(.request(1, end: false))
    for _ in 0..<100 { peer.send(.data(1, [])) }
    #expect(peer.endpoint.failure == nil)
    peer.send(.data(1, []))
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.emptyFrame)))
    #expect(peer.frames.goAway?.text == "flood: empty frame")
  }

  @Test func `DATA frames of nothing but padding are cut off, padded ones with data are not`()
    throws
  {
    let peer = try RawPeer(to: .server)
    peer.send(.request(1, end: false))
    func padded(_ data: [UInt8]) -> Frame {
      let padding: UInt8 = 255
      return Frame(
        type: FrameType.data, flags: 8, stream: 1,
        payload: [padding] + data + [UInt8](repeating: 0, count: Int(padding)))
    }
    for _ in 0..<1000 { peer.send(padded([1, 2, 3, 4, 5])) }
    #expect(peer.endpoint.body(1).count == 5000)
    for _ in 0..<100 { peer.send(padded([])) }
    #expect(peer.endpoint.failure == nil)
    peer.send(padded([]))
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.emptyFrame)))
    #expect(peer.frames.goAway?.text == "flood: empty frame")
  }

  @Test func `a message in one-byte DATA frames is taken whole and not charged`() throws {
    let peer = try RawPeer(to: .server)
    peer.endpoint.consumes = true
    peer.send(.request(1, end: false))
    let count = 1 << 20
    var sent = 0
    while sent < count {
      var bytes: [UInt8] = []
      for _ in 0..<4096 {
        bytes += Frame.data(1, [UInt8(truncatingIfNeeded: sent)]).bytes
        sent += 1
      }
      peer.send(bytes)
      peer.endpoint.reports = []
    }
    peer.send(.data(1, [], end: true))
    #expect(peer.endpoint.body(1) == Exchange.bytes(count))
    #expect(peer.endpoint.has(.endStream(1)))
    #expect(peer.endpoint.failure == nil)
  }

  @Test(arguments: [FrameType.priority, 0x0C, 0x10, 0xFA])
  func `unknown frames and PRIORITY are cut off`(_ type: UInt8) throws {
    let peer = try RawPeer(to: .server)
    let payload: [UInt8] = [0, 0, 0, 0, 1]
    let stream: Int32 = type == FrameType.priority ? 1 : 0
    let frame = Frame(type: type, stream: stream, payload: payload).bytes
    let thousand = Array((0..<1000).map { _ in frame }.joined())
    for _ in 0..<10 { peer.send(thousand) }
    #expect(peer.endpoint.failure == nil)
    peer.send(frame)
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.ignoredFrame)))
  }

  /// Frames that a peer may have sent before it learned that this side closed the stream.
  static let late: [Frame] = [
    .data(1, [1]), .windowUpdate(1, 1), .reset(1, .cancel), .headers(1, [("x", "y")]),
  ]

  @Test(arguments: late)
  func `frames of a closed stream are ignored, then charged`(_ frame: Frame) throws {
    var settings = HTTP2Settings.server
    settings.ledger.windowUpdate.burst = 1_000_000
    let peer = try RawPeer(to: .server, settings)
    peer.send(.request(1, end: false))
    peer.session.reset(StreamID(rawValue: 1), .cancel)
    _ = peer.endpoint.drain()
    peer.endpoint.reports = []
    for _ in 0..<10_000 { peer.send(frame) }
    #expect(peer.endpoint.failure == nil)
    #expect(peer.endpoint.reports == [])
    peer.send(frame)
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.ignoredFrame)))
  }

  @Test func `a client that sends on to many streams closed here stays connected`() throws {
    let peer = try RawPeer(to: .server)
    // 20000 bodies under way to streams that the server reset, eight frames each.
    for number in 0..<20_000 as Range<Int32> {
      let id = 2 * number + 1
      peer.send(.request(id, end: false))
      peer.session.reset(StreamID(rawValue: id), .cancel)
      peer.frames += Frame.parse(peer.endpoint.drain())
      for _ in 0..<7 { peer.send(.data(id, [UInt8](repeating: 1, count: 100))) }
      peer.send(.data(id, [1], end: true))
      peer.session.releaseSlot()
      peer.endpoint.reports = []
    }
    #expect(peer.endpoint.failure == nil)
    // What was ignored came back as connection window: 14 MB passed through 1 MiB.
    let given = peer.frames.of(FrameType.windowUpdate, on: 0).reduce(0) { $0 + Int($1.word()) }
    #expect(given > 13_000_000)
    peer.send(.request(50_001))
    #expect(peer.requestsAnnounced == 1)
  }

  @Test func `WINDOW_UPDATEs are paid for by DATA`() throws {
    let peer = try RawPeer(to: .server)
    for _ in 0..<1000 { peer.send(.windowUpdate(0, 1)) }
    #expect(peer.endpoint.failure == nil)
    // One reply with a body pays for ten more.
    peer.send(.request(1))
    try peer.session.submitReply(
      Exchange.response, body: [1], trailers: Exchange.trailers, on: StreamID(rawValue: 1))
    _ = peer.endpoint.drain()
    for _ in 0..<10 { peer.send(.windowUpdate(0, 1)) }
    #expect(peer.endpoint.failure == nil)
    peer.send(.windowUpdate(0, 1))
    #expect(peer.endpoint.failure == HTTP2ConnectionError(.flood(.windowUpdate)))
  }

  @Test func `a window past its end resets the stream, or ends the connection`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(.request(1, end: false), .windowUpdate(1, .max >> 1))
    #expect(peer.frames.resetCode(1) == .flowControlError)
    #expect(peer.session.isOpen)
    peer.send(.windowUpdate(0, .max >> 1))
    #expect(peer.frames.goAway?.code == .flowControlError)
    #expect(!peer.session.isOpen)
  }

  /// What a peer may try on a session that has ended, for every type and stream state.
  @Test(arguments: 0...12 as ClosedRange<UInt8>, [0, 1, 3, 5, 7, 2] as [Int32])
  func `no frame after a GOAWAY that ended the session does harm`(
    _ type: UInt8, _ stream: Int32
  ) throws {
    let peer = try RawPeer(to: .server)
    // 1 is half-closed, 3 is open, 5 is closed, 7 is idle.
    peer.send(.request(1), .request(3, end: false), .request(5), .reset(5, .cancel))
    peer.send(.data(0, [1]))
    #expect(peer.frames.goAway?.code == .protocolError)
    for flags in [0, 1, 4, 5, 8, 0x20, 0xFF] as [UInt8] {
      for payload in [[], [0], [0, 0, 0, 1], [UInt8](repeating: 0, count: 8)] as [[UInt8]] {
        peer.send(Frame(type: type, flags: flags, stream: stream, payload: payload))
      }
    }
    #expect(peer.requestsAnnounced == 3)
    #expect(!peer.session.isOpen)
  }
}

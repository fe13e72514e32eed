import TestSupport
import Testing

@testable import HTTP2

/// Every limit, at it and over it.
@Suite struct LimitTests {
  /// Σ(name + value + 32) of `Frame.requestFields`.
  static let requestBytes = Frame.requestFields.reduce(0) {
    $0 + $1.0.utf8.count + $1.1.utf8.count + 32
  }

  @Test(arguments: [0, 1])
  func `a header list of exactly the limit passes and a byte more does not`(over: Int) throws {
    let peer = try RawPeer(to: .server)
    let value = String(repeating: "a", count: 16_384 - Self.requestBytes - 33 + over)
    peer.send(.headers(1, Frame.requestFields + [("x", value)]))
    if over == 0 {
      #expect(peer.requestsAnnounced == 1)
    } else {
      #expect(peer.requestsAnnounced == 0)
      #expect(peer.frames.resetCode(1) == .enhanceYourCalm)
      let reason = HTTP2StreamError.Reason.headerListOverLimit(bytes: 16_385, limit: 16_384)
      #expect(peer.endpoint.has(.fault(HTTP2StreamError(reason, StreamID(rawValue: 1)))))
    }
  }

  @Test(arguments: [0, 1])
  func `a hundred fields pass and one more does not`(over: Int) throws {
    let peer = try RawPeer(to: .server)
    let more = Array(repeating: ("x", "y"), count: 100 - Frame.requestFields.count + over)
    peer.send(.headers(1, Frame.requestFields + more))
    #expect(peer.requestsAnnounced == 1 - over)
    if over == 1 {
      #expect(peer.frames.resetCode(1) == .enhanceYourCalm)
      let reason = HTTP2StreamError.Reason.headerFieldsOverLimit(limit: 100)
      #expect(peer.endpoint.has(.fault(HTTP2StreamError(reason, StreamID(rawValue: 1)))))
    }
  }

  @Test func `trailers over the limit end the stream that they belong to`() throws {
    let peer = try RawPeer(to: .server)
    let many = Array(repeating: ("x", "y"), count: 101)
    peer.send(.request(1, end: false), .headers(1, many, end: true))
    #expect(peer.frames.resetCode(1) == .enhanceYourCalm)
    #expect(!peer.endpoint.has(.headers(1, .trailers, endStream: true)))
    #expect(peer.endpoint.closings(1) == [.enhanceYourCalm])
  }

  @Test func `a client cancels a reply whose headers are over the limit`() throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(1)
    // 42 bytes for the status and 16033 for the first, so the tenth of the small ones is too much.
    let fields = [(":status", "200"), ("x", String(repeating: "a", count: 16_000))]
    peer.send(.headers(1, fields + Array(repeating: ("x", "y"), count: 20)))
    #expect(peer.frames.resetCode(1) == .cancel)
    let faults = peer.endpoint.reports.filter { if case .fault = $0 { true } else { false } }
    let reason = HTTP2StreamError.Reason.headerListOverLimit(bytes: 16_415, limit: 16_384)
    #expect(faults == [.fault(HTTP2StreamError(reason, StreamID(rawValue: 1)))])
    #expect(peer.endpoint.closings(1) == [.cancel])
  }

  @Test func `the table of header fields stays in step after a refused block`() throws {
    let peer = try RawPeer(to: .server)
    // Literal with incremental indexing, in a block that is refused, then used by its index.
    var block = Frame.literals(Frame.requestFields)
    block += Frame.literals(Array(repeating: ("x", "y"), count: 100))
    block += [0x40, 4] + Array("kept".utf8) + [5] + Array("value".utf8)
    peer.send(Frame(type: FrameType.headers, flags: 5, stream: 1, payload: block))
    #expect(peer.frames.resetCode(1) == .enhanceYourCalm)
    let reuse = Frame.literals(Frame.requestFields) + [0x80 | 62]
    peer.send(Frame(type: FrameType.headers, flags: 5, stream: 3, payload: reuse))
    #expect(peer.endpoint.fields(3).last == ["kept", "value"])
  }

  @Test func `a slot is free when its stream is closed and released`() throws {
    var settings = HTTP2Settings.server
    settings.concurrentStreamsMax = 2
    let peer = try RawPeer(to: .server, settings)
    peer.send(.request(1), .reset(1, .cancel), .request(3), .reset(3, .cancel))
    #expect(peer.requestsAnnounced == 2)
    #expect(peer.session.openStreams == 0)
    // Both handlers still run, so the next one is refused although no stream is open.
    peer.send(.request(5))
    #expect(peer.frames.resetCode(5) == .refusedStream)
    let reason = HTTP2StreamError.Reason.streamsOverLimit(limit: 2)
    #expect(peer.endpoint.has(.fault(HTTP2StreamError(reason, StreamID(rawValue: 5)))))
    #expect(peer.endpoint.closings(5) == [])
    peer.session.releaseSlot()
    peer.send(.request(7), .request(9))
    #expect(peer.requestsAnnounced == 3)
    #expect(peer.frames.resetCode(7) == nil)
    #expect(peer.frames.resetCode(9) == .refusedStream)
  }

  @Test func `a stream over the acknowledged limit ends the connection`() throws {
    let peer = try RawPeer(to: .server)
    for number in 0..<257 { peer.send(.request(Int32(2 * number + 1), end: false)) }
    #expect(peer.requestsAnnounced == 256)
    #expect(peer.frames.goAway?.code == .protocolError)
    #expect(!peer.session.isOpen)
  }

  @Test func `a stream over the limit is refused while it is not acknowledged`() throws {
    let peer = try RawPeer(to: .server, acknowledges: false)
    for number in 0..<257 { peer.send(.request(Int32(2 * number + 1), end: false)) }
    #expect(peer.requestsAnnounced == 256)
    #expect(peer.frames.resetCode(513) == .refusedStream)
    #expect(peer.session.isOpen && peer.frames.goAway == nil)
  }

  @Test func `a client knows how many streams it may open`() throws {
    let peer = try RawPeer(to: .client)
    #expect(peer.session.peerConcurrentStreamsMax == UInt32.max)
    let limit = Frame(type: FrameType.settings, payload: [0, 3, 0, 0, 0, 3])
    peer.send(limit)
    #expect(peer.endpoint.reports.filter { $0 == .settings }.count == 2)
    #expect(peer.session.peerConcurrentStreamsMax == 3)
    try peer.openRequests(2)
    #expect(peer.session.availableStreams == 1)
    try peer.openRequests(2)
    #expect(peer.session.availableStreams == 0)
    #expect(peer.frames.of(FrameType.headers).count == 3)  // The fourth waits for its turn.
  }

  @Test func `a client may open a hundred streams before it knows better`() throws {
    let endpoint = try Endpoint(.client)
    #expect(endpoint.session.peerConcurrentStreamsMax == 100)
  }
}

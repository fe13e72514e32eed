import TestSupport
import Testing

@testable import HTTP2

/// How connections end: errors, GOAWAY, and what comes after.
@Suite struct ConnectionEndTests {
  static let noise: [[UInt8]] = [
    Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8),
    [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3],
    [UInt8](repeating: 0xFF, count: 24), [0],
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r!".utf8),
  ]

  @Test(arguments: noise)
  func `bytes that are not HTTP2 end the connection in the same read`(_ bytes: [UInt8]) throws {
    let server = try Endpoint(.server)
    _ = server.drain()
    let answer = Frame.parse(server.receive(bytes))
    #expect(server.failure == HTTP2ConnectionError(.badPreface))
    #expect(answer.goAway?.code == .protocolError && answer.goAway?.text == "not HTTP/2")
    #expect(server.has(.goAwaySent(0, .protocolError, "not HTTP/2")))
    #expect(!server.session.isOpen && !server.session.wantsWrite)
    #expect(throws: HTTP2ConnectionError(.alreadyFailed)) {
      try server.session.receive([1], now: 0)
    }
    #expect(server.drain().isEmpty)
  }

  @Test func `a preface that is not followed by SETTINGS ends the connection`() throws {
    let server = try Endpoint(.server)
    _ = server.drain()
    let answer = Frame.parse(server.receive(Frame.preface + Frame.ping(1).bytes))
    #expect(answer.goAway?.code == .protocolError)
    #expect(!server.session.isOpen)
  }

  @Test func `a GOAWAY of nghttp2 is reported with its code`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(.data(0, [1]))
    #expect(peer.frames.goAway?.code == .protocolError)
    let sent = peer.endpoint.reports.contains {
      if case .goAwaySent(_, .protocolError, let reason) = $0 { !reason.isEmpty } else { false }
    }
    #expect(sent)
    #expect(!peer.session.isOpen)
  }

  @Test func `a GOAWAY serves what was begun and takes nothing new`() throws {
    let pair = try Connection()
    let first = try pair.client.session.submitRequest(Exchange.request, endStream: true)
    pair.run()
    pair.server.session.submitGoAway(.noError, reason: "shutdown")
    pair.run()
    #expect(pair.client.has(.goAway(1, .noError, "shutdown")))
    #expect(pair.server.has(.goAwaySent(1, .noError, "shutdown")))
    #expect(!pair.client.session.canOpenStream)
    #expect(throws: HTTP2StreamError(.connectionClosing, StreamID(rawValue: 0))) {
      try pair.client.session.submitRequest(Exchange.request, endStream: true)
    }
    #expect(pair.server.session.isOpen && pair.client.session.isOpen)
    try pair.server.session.submitReply(
      Exchange.response, body: [1], trailers: Exchange.trailers, on: first)
    pair.run()
    #expect(pair.client.fields(1, 1) == [["grpc-status", "0"]])
    #expect(!pair.server.session.isOpen && !pair.client.session.isOpen)
  }

  @Test func `streams above the last one taken are refused`() throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(3)
    let goAway = Frame(
      type: FrameType.goAway, payload: [0, 0, 0, 1, 0, 0, 0, 0] + Array("x\n".utf8))
    peer.send(goAway)
    #expect(peer.endpoint.has(.goAway(1, .noError, "x?")))
    #expect(peer.endpoint.closings(3) == [.refusedStream])
    #expect(peer.endpoint.closings(5) == [.refusedStream])
    #expect(peer.endpoint.closings(1) == [])
  }

  @Test func `a request submitted before GOAWAY arrived is refused, not lost`() throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(1)
    _ = try peer.session.submitRequest(Exchange.request, body: [1], endStream: true)
    peer.send(Frame(type: FrameType.goAway, payload: [0, 0, 0, 1, 0, 0, 0, 0]))
    #expect(peer.endpoint.closings(3) == [.refusedStream])
    #expect(peer.session.openStreams == 1)
  }

  @Test func `an announced end refuses nothing yet`() throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    pair.run()
    pair.server.session.announceGoAway(reason: "max_age")
    let frames = pair.server.drain()
    #expect(Frame.parse(frames).goAway?.text == "max_age")
    #expect(Frame.parse(frames)[0].word() == UInt32(Int32.max))
    // A call that was under way is still served.
    _ = try pair.client.session.submitRequest(Exchange.request, endStream: true)
    pair.run()
    #expect(pair.client.closings(1) == [.noError])
    #expect(pair.server.session.isOpen)
  }

  @Test func `terminating sends what is queued, then a reason, and closes`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(.request(1))
    try peer.session.submitResponse(
      Exchange.response, [HeaderField("grpc-status", "14")], endStream: true,
      on: StreamID(rawValue: 1))
    peer.session.terminate(.noError, reason: "server shutting down")
    #expect(peer.session.isOpen)
    let frames = Frame.parse(peer.endpoint.drain())
    #expect(frames.map(\.type) == [FrameType.headers, FrameType.goAway])
    #expect(frames.goAway?.text == "server shutting down")
    #expect(frames[1].word() == 1)
    #expect(!peer.session.isOpen)
    // What comes after is neither an error nor answered.
    peer.send(.ping(1), .request(3))
    #expect(peer.requestsAnnounced == 1 && peer.endpoint.failure == nil)
    #expect(peer.endpoint.drain().isEmpty)
  }

  @Test func `SETTINGS with more entries than are taken end the connection`() throws {
    let entry: [UInt8] = [0, 4, 0, 0, 255, 255]
    let peer = try RawPeer(to: .server)
    peer.send(
      Frame(type: FrameType.settings, payload: Array((0..<32).map { _ in entry }.joined())))
    #expect(peer.session.isOpen)
    peer.send(
      Frame(type: FrameType.settings, payload: Array((0..<33).map { _ in entry }.joined())))
    #expect(peer.frames.goAway?.code == .enhanceYourCalm)
    #expect(!peer.session.isOpen)
  }

  @Test func `every code of nghttp2 has its own name`() {
    let codes = LibraryFailure.listed.map(\.code)
    #expect(Set(codes).count == codes.count && codes.count == 42)
    #expect(Set(LibraryFailure.listed.map(\.name)).count == codes.count)
    for entry in LibraryFailure.listed {
      #expect(LibraryFailure(code: entry.code) == entry.failure)
      #expect(entry.failure.code == entry.code)
      #expect(entry.failure.description == "nghttp2: \(entry.name) (\(entry.code))")
    }
    #expect(LibraryFailure(code: -7) == .unlisted(-7))
    #expect(LibraryFailure(code: -7).description == "nghttp2: unlisted code (-7)")
  }
}

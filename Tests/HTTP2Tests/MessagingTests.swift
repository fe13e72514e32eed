import TestSupport
import Testing

@testable import HTTP2

/// What a peer may not put into a message, and what it may.
@Suite struct MessagingTests {
  struct Malformed: CustomTestStringConvertible {
    let testDescription: String
    let fields: [(String, String)]

    init(_ name: String, adding field: (String, String)) {
      testDescription = name
      fields = Frame.requestFields + [field]
    }

    init(_ name: String, _ change: ([(String, String)]) -> [(String, String)]) {
      testDescription = name
      fields = change(Frame.requestFields)
    }
  }

  static let malformed = [
    Malformed("connection", adding: ("connection", "close")),
    Malformed("keep-alive", adding: ("keep-alive", "1")),
    Malformed("proxy-connection", adding: ("proxy-connection", "x")),
    Malformed("transfer-encoding", adding: ("transfer-encoding", "chunked")),
    Malformed("upgrade", adding: ("upgrade", "h2c")),
    Malformed("te other than trailers") { $0.dropLast() + [("te", "gzip")] },
    Malformed("upper-case name", adding: ("X-Big", "1")),
    Malformed("pseudo-header twice") { [(":path", "/x/y")] + $0 },
    Malformed("host twice") { $0 + [("host", "a"), ("host", "b")] },
    Malformed("empty :authority") {
      $0.map { $0.0 == ":authority" ? (":authority", "") : $0 }
    },
    Malformed("neither :authority nor host") { $0.filter { $0.0 != ":authority" } },
    Malformed("wrong content-length", adding: ("content-length", "5")),
    Malformed("unreadable content-length", adding: ("content-length", "-1")),
    Malformed("CR in a value", adding: ("x", "a\rb")),
    Malformed("LF in a value", adding: ("x", "a\nb")),
    Malformed("NUL in a value", adding: ("x", "a\0b")),
    Malformed("DEL in a value", adding: ("x", "a\u{7F}b")),
    Malformed("CR in a name", adding: ("x\r", "a")),
    Malformed("LF in a name", adding: ("x\ny", "a")),
    Malformed("NUL in a name", adding: ("x\0", "a")),
    Malformed("empty name", adding: ("", "a")),
    Malformed("LF in :path") { $0.map { $0.0 == ":path" ? (":path", "/a\n/b") : $0 } },
    Malformed("NUL in :authority") {
      $0.map { $0.0 == ":authority" ? (":authority", "a\0") : $0 }
    },
    Malformed("CR in :method") { $0.map { $0.0 == ":method" ? (":method", "PO\rST") : $0 } },
    Malformed("unknown pseudo-header") { [(":strange", "x")] + $0 },
    Malformed("pseudo-header behind a field") { $0 + [(":path", "/x")] },
    Malformed("no :path") { $0.filter { $0.0 != ":path" } },
    Malformed("path without slash") { $0.map { $0.0 == ":path" ? (":path", "s/m") : $0 } },
  ]

  @Test(arguments: malformed)
  func `a malformed request is reset and never announced`(_ request: Malformed) throws {
    let peer = try RawPeer(to: .server)
    peer.send(.headers(1, request.fields))
    #expect(peer.frames.resetCode(1) == .protocolError)
    #expect(peer.requestsAnnounced == 0)
    #expect(
      peer.endpoint.has(
        .fault(HTTP2StreamError(.peerFault(.protocolError), StreamID(rawValue: 1)))))
    // The connection goes on.
    peer.send(.request(3))
    #expect(peer.requestsAnnounced == 1)
    #expect(peer.endpoint.failure == nil)
  }

  static let accepted: [(String, String)] = [
    ("x", " leading"), ("x", "trailing "), ("x", "a\tb"), ("x", ""), ("x", "\u{E9}"),
    ("content-length", "0"), ("host", "host"), ("x-bin", "AA=="),
  ]

  @Test(arguments: accepted)
  func `an unusual field that is allowed arrives as it is`(_ field: (String, String)) throws {
    let peer = try RawPeer(to: .server)
    peer.send(.headers(1, Frame.requestFields + [field]))
    #expect(peer.endpoint.fields(1).last == [field.0, field.1])
  }

  @Test func `host stands in for a missing authority`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(.headers(1, Frame.requestFields.filter { $0.0 != ":authority" } + [("host", "h")]))
    #expect(peer.requestsAnnounced == 1)
  }

  @Test func `a message that begins with a space keeps its status`() throws {
    let pair = try Connection()
    let id = try pair.client.session.submitRequest(Exchange.request, endStream: true)
    pair.run()
    try pair.server.session.submitResponse(
      Exchange.response,
      [HeaderField("grpc-status", "5"), HeaderField("grpc-message", " x ")], endStream: true,
      on: id)
    pair.run()
    #expect(pair.client.fields(1).suffix(2) == [["grpc-status", "5"], ["grpc-message", " x "]])
  }

  @Test func `a body of another length than announced is reset`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(
      .headers(1, Frame.requestFields + [("content-length", "5")], end: false),
      .data(1, [1, 2, 3], end: true))
    #expect(peer.frames.resetCode(1) == .protocolError)
    #expect(!peer.endpoint.has(.endStream(1)))
    #expect(peer.endpoint.closings(1) == [.protocolError])
    peer.send(
      .headers(3, Frame.requestFields + [("content-length", "2")], end: false),
      .data(3, [1, 2, 3], end: true))
    #expect(peer.frames.resetCode(3) == .protocolError)
  }

  @Test func `trailers of a request that do not end it are reset`() throws {
    let peer = try RawPeer(to: .server)
    peer.send(.request(1, end: false), .headers(1, [("x", "y")], end: false))
    #expect(peer.frames.resetCode(1) == .protocolError)
    #expect(peer.endpoint.closings(1) == [.protocolError])
  }

  @Test func `a client passes over informational heads`() throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(1)
    peer.send(
      .headers(1, [(":status", "100")], end: false),
      .headers(1, [(":status", "103"), ("link", "x")], end: false),
      .headers(1, [(":status", "200")], end: false), .data(1, [1]),
      .headers(1, [("grpc-status", "0")], end: true))
    #expect(
      peer.endpoint.reports.suffix(6) == [
        .headers(1, .informational, endStream: false),
        .headers(1, .informational, endStream: false),
        .headers(1, .response, endStream: false), .data(1, [1]),
        .headers(1, .trailers, endStream: true), .closed(1, .noError),
      ])
  }

  @Test func `a second head without END_STREAM is reset by a client`() throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(1)
    peer.send(
      .headers(1, [(":status", "200")], end: false), .headers(1, [("x", "y")], end: false))
    #expect(peer.frames.resetCode(1) == .protocolError)
    #expect(peer.endpoint.closings(1) == [.protocolError])
    #expect(!peer.endpoint.has(.reset(1, .protocolError)))
  }

  @Test func `a trailers-only reply behind an informational head is a response`() throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(1)
    peer.send(
      .headers(1, [(":status", "103")], end: false),
      .headers(1, [(":status", "200"), ("grpc-status", "7")], end: true))
    #expect(peer.endpoint.has(.headers(1, .response, endStream: true)))
  }

  @Test(arguments: ["", "20", "2000", "abc", "099"])
  func `a reply with a broken status is reset`(_ status: String) throws {
    let peer = try RawPeer(to: .client)
    try peer.openRequests(1)
    peer.send(.headers(1, [(":status", status)], end: true))
    if status == "099" {  // Three digits are all that HTTP/2 asks for.
      #expect(peer.endpoint.closings(1) == [.noError])
    } else {
      #expect(peer.frames.resetCode(1) == .protocolError)
    }
  }
}

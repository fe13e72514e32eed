import TestSupport
import Testing

@testable import HTTP2

/// A client session joined to a server session by arrays.
@Suite struct HTTP2SessionTests {
  static let message: [UInt8] = [0, 0, 0, 0, 3, 1, 2, 3]

  @Test(arguments: 1...160)
  func `a unary call completes at every cut of the bytes`(size: Int) throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    let id = try pair.client.session.submitRequest(
      Exchange.request, body: Self.message, endStream: true)
    pair.run(cut: size)

    #expect(pair.server.fields(1).first == [":method", "POST"])
    #expect(pair.server.fields(1).count == 6)
    #expect(pair.server.body(1) == Self.message)
    #expect(pair.client.body(id.rawValue) == Self.message)
    #expect(pair.client.fields(1) == [[":status", "200"], ["content-type", "application/grpc"]])
    #expect(pair.client.fields(1, 1) == [["grpc-status", "0"]])
    #expect(pair.client.has(.headers(1, .trailers, endStream: true)))
    #expect(pair.client.closings(1) == [.noError])
    #expect(pair.server.closings(1) == [.noError])
    #expect(pair.client.session.openStreams == 0 && pair.server.session.openStreams == 0)
    #expect(pair.client.failure == nil && pair.server.failure == nil)
  }

  @Test func `request and reply each leave in one drain, in order`() throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    pair.run()
    _ = try pair.client.session.submitRequest(
      Exchange.request, body: Self.message, endStream: true)
    let request = pair.client.drain()
    #expect(Frame.parse(request).map(\.type) == [FrameType.headers, FrameType.data])
    #expect(Frame.parse(request).map { $0.flags & 1 } == [0, 1])
    let reply = Frame.parse(pair.server.receive(request))
    #expect(reply.map(\.type) == [FrameType.headers, FrameType.data, FrameType.headers])
    #expect(reply.map { $0.flags & 1 } == [0, 0, 1])
  }

  @Test func `a reply without a body is headers and trailers`() throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    pair.run()
    _ = try pair.client.session.submitRequest(Exchange.request, endStream: true)
    let request = pair.client.drain()
    #expect(Frame.parse(request).map(\.flags) == [FrameFlag.endStream | FrameFlag.endHeaders])
    let reply = Frame.parse(pair.server.receive(request))
    #expect(reply.map(\.type) == [FrameType.headers, FrameType.headers])
  }

  @Test func `a reply of trailers only is one block that ends the stream`() throws {
    let pair = try Connection()
    pair.server.react = { session, report in
      guard case .endStream(let id) = report else { return }
      try? session.submitResponse(
        Exchange.response, [HeaderField("grpc-status", [UInt8]("12".utf8))], endStream: true,
        on: StreamID(rawValue: id))
    }
    _ = try pair.client.session.submitRequest(
      Exchange.request, body: Self.message, endStream: true)
    pair.run()
    #expect(pair.client.has(.headers(1, .response, endStream: true)))
    #expect(pair.client.fields(1).last == ["grpc-status", "12"])
    #expect(pair.client.closings(1) == [.noError])
  }

  @Test(arguments: [1, 16_383, 16_384, 16_385, 65_535, 65_536, 1_000_003])
  func `a body passes whole whatever the windows`(count: Int) throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    let body = Exchange.bytes(count)
    let id = try pair.client.session.submitRequest(Exchange.request, body: body, endStream: true)
    pair.run(cut: 5000)
    #expect(pair.server.body(1) == body)
    #expect(pair.client.body(1) == body)
    #expect(pair.client.closings(1) == [.noError])
    #expect(pair.client.session.unsentBytes(on: id) == 0)
  }

  @Test func `a streamed reply resumes with each chunk and ends with trailers`() throws {
    let pair = try Connection()
    let id = try pair.client.session.submitRequest(Exchange.request, endStream: true)
    pair.run()
    let server = pair.server.session
    try server.submitResponse(Exchange.response, endStream: false, on: id)
    pair.run()
    #expect(pair.client.has(.headers(1, .response, endStream: false)))
    for number in 0..<100 {
      try server.send([UInt8(number), 1], on: id)
      pair.run()
      #expect(pair.client.body(1).count == 2 * (number + 1))
    }
    try server.send([7], on: id)
    try server.submitTrailers(Exchange.trailers, on: id)
    #expect(throws: HTTP2StreamError(.alreadyEnded, id)) { try server.send([8], on: id) }
    pair.run()
    #expect(pair.client.body(1).count == 201)
    #expect(pair.client.has(.headers(1, .trailers, endStream: true)))
    #expect(pair.client.closings(1) == [.noError])
  }

  @Test func `a streamed request ends with an empty DATA frame when nothing is left`() throws {
    let pair = try Connection()
    let client = pair.client.session
    let id = try client.submitRequest(Exchange.request, body: [1], endStream: false)
    pair.run()
    #expect(!pair.server.has(.endStream(1)))
    try client.finish(id)
    #expect(Frame.parse(pair.client.drain()) == [.data(1, [], end: true)])
  }

  @Test func `commands for streams in the wrong state are refused by name`() throws {
    let pair = try Connection()
    let server = pair.server.session
    let id = try pair.client.session.submitRequest(Exchange.request, endStream: true)
    let unknown = StreamID(rawValue: 99)
    pair.run()
    #expect(throws: HTTP2StreamError(.headMissing, id)) { try server.send([1], on: id) }
    #expect(throws: HTTP2StreamError(.unknownStream, unknown)) {
      try server.submitReply([], body: [], trailers: [], on: unknown)
    }
    try server.submitResponse(Exchange.response, endStream: false, on: id)
    #expect(throws: HTTP2StreamError(.alreadyEnded, id)) {
      try server.submitReply(Exchange.response, body: [], trailers: [], on: id)
    }
    server.reset(unknown, .cancel)
    server.consume(100, on: unknown)
    #expect(throws: HTTP2StreamError(.connectionClosing, StreamID(rawValue: 0))) {
      try server.submitRequest(Exchange.request, endStream: true)
    }
  }

  @Test func `a reset reaches the other side with its code and closes both ends once`() throws {
    let pair = try Connection()
    let id = try pair.client.session.submitRequest(Exchange.request, body: [1], endStream: false)
    pair.run()
    pair.client.session.reset(id, .cancel)
    pair.client.session.reset(id, .cancel)
    pair.run()
    #expect(pair.server.reports.suffix(2) == [.reset(1, .cancel), .closed(1, .cancel)])
    #expect(pair.client.closings(1) == [.cancel])
    #expect(!pair.client.reports.contains { if case .fault = $0 { true } else { false } })
  }

  @Test func `a request that is reset before it left is closed and never sent`() throws {
    let pair = try Connection()
    pair.run()
    let id = try pair.client.session.submitRequest(Exchange.request, body: [1], endStream: true)
    pair.client.session.reset(id, .cancel)
    #expect(Frame.parse(pair.client.drain()).isEmpty)
    #expect(pair.client.closings(1) == [.cancel])
    #expect(pair.client.session.openStreams == 0)
  }

  @Test func `a server that ends early resets the stream only behind its trailers`() throws {
    let pair = try Connection()
    let id = try pair.client.session.submitRequest(Exchange.request, body: [1], endStream: false)
    pair.run()
    try pair.server.session.submitReply(
      Exchange.response, body: Self.message, trailers: Exchange.trailers, on: id)
    let reply = pair.server.drain()
    let frames = Frame.parse(reply)
    #expect(
      frames.map(\.type) == [
        FrameType.headers, FrameType.data, FrameType.headers, FrameType.resetStream,
      ])
    #expect(frames.resetCode(1) == .noError)
    #expect(pair.server.closings(1) == [.noError])
    pair.client.receive(reply)
    #expect(pair.client.fields(1, 1) == [["grpc-status", "0"]])
    #expect(pair.client.closings(1) == [.noError])
  }

  @Test func `a client whose reply is complete stops its request`() throws {
    let pair = try Connection()
    let id = try pair.client.session.submitRequest(
      Exchange.request, body: Exchange.bytes(200_000), endStream: false)
    pair.server.consumes = false  // The window fills, so the request cannot end.
    pair.run()
    // nghttp2's server would reset as well, so the reply is taken up to its trailers only.
    try pair.server.session.submitReply(
      Exchange.response, body: [], trailers: Exchange.trailers, on: id)
    let reply = Frame.parse(pair.server.drain()).of(FrameType.headers).flatMap(\.bytes)
    let answer = Frame.parse(pair.client.receive(reply))
    #expect(answer.resetCode(1) == .noError)
    #expect(pair.client.closings(1) == [.noError])
  }

  @Test func `three large replies on open windows take turns`() throws {
    let pair = try Connection()
    let body = Exchange.bytes(500_000)
    var sequence: [Int32] = []
    let ids = try (0..<3).map { _ in
      try pair.client.session.submitRequest(Exchange.request, endStream: true)
    }
    pair.run()
    for id in ids {
      try pair.server.session.submitReply(
        Exchange.response, body: body, trailers: Exchange.trailers, on: id)
    }
    pair.client.react = { _, report in
      if case .data(let id, _) = report { sequence.append(id) }
    }
    pair.run()
    #expect(Set(sequence.prefix(3)) == [1, 3, 5])
    #expect(Set(sequence.prefix(30).suffix(3)) == [1, 3, 5])
    for id in [1, 3, 5] as [Int32] { #expect(pair.client.body(id) == body) }
  }

  @Test func `one stream without a reader does not stall another`() throws {
    let pair = try Connection()
    pair.server.consumes = false
    let stalled = try pair.client.session.submitRequest(
      Exchange.request, body: Exchange.bytes(300_000), endStream: true)
    var bytesTaken = 0
    pair.server.react = { session, report in
      guard case .data(3, let part) = report else { return }
      bytesTaken += part.count
      session.consume(part.count, on: StreamID(rawValue: 3))
    }
    let open = try pair.client.session.submitRequest(Exchange.request, endStream: false)
    let chunk = Exchange.bytes(1 << 20)
    for _ in 0..<100 {
      try pair.client.session.send(chunk, on: open)
      pair.run(cut: 1 << 16)
      pair.server.bodies = [:]
      pair.server.reports = []
    }
    #expect(bytesTaken == 100 << 20)
    #expect(pair.client.session.unsentBytes(on: stalled) == 300_000 - 65_535)
    // And once it is read, it goes on.
    pair.server.session.consume(65_535, on: stalled)
    pair.run()
    #expect(pair.client.session.unsentBytes(on: stalled) == 300_000 - 2 * 65_535)
  }

  @Test func `entering a session that runs is refused and harms nothing`() throws {
    let pair = try Connection()
    Exchange.echo(pair.server)
    let client = pair.client.session
    var refusals: [HTTP2ConnectionError] = []
    try client.drain { bytes in
      do throws(HTTP2ConnectionError) { try client.receive(bytes, now: 0) } catch {
        refusals.append(error)
      }
      do throws(HTTP2ConnectionError) { try client.drain { _ in } } catch {
        refusals.append(error)
      }
    }
    #expect(!refusals.isEmpty && refusals.allSatisfy { $0.reason == .reentered })
    #expect(client.isOpen)
  }

  @Test func `pings are answered and their payload comes back`() throws {
    let pair = try Connection()
    pair.run()
    pair.client.session.submitPing(0x0102_0304_0506_0708)
    pair.run()
    #expect(pair.server.has(.ping(0x0102_0304_0506_0708)))
    #expect(pair.client.has(.pingAcknowledged(0x0102_0304_0506_0708)))
  }

  @Test func `a call with hundreds of header fields of every size arrives as sent`() throws {
    var settings = HTTP2Settings.server
    settings.headerFieldsMax = 1000
    settings.headerListBytesMax = 1 << 20
    let pair = try Connection(server: settings)
    let many = (0..<300).map { number in
      HeaderField(
        Array("x-\(number)".utf8), [UInt8](repeating: 0x61, count: number), isIndexed: false)
    }
    _ = try pair.client.session.submitRequest(Exchange.request, many, endStream: true)
    pair.run(cut: 100)
    let fields = pair.server.fields(1).dropFirst(6)
    #expect(fields.count == 300)
    #expect(
      Array(fields) == (0..<300).map { ["x-\($0)", String(repeating: "a", count: $0)] })
  }
}

import HTTP2
import Testing
import Wire

@testable import RPC

@Suite struct ClientCallTests {
  static let head = HeaderBlock([(":status", "200"), ("content-type", "application/grpc")])
  static let message: [UInt8] = [0, 0, 0, 0, 2, 8, 1]

  static func call() -> ClientCall {
    ClientCall(receiveMessageBytesMax: 1024, errorBodyBytesMax: 8)
  }

  static func trailers(_ status: String, _ more: [(String, String)] = []) -> HeaderBlock {
    HeaderBlock([("grpc-status", status)] + more)
  }

  static func reply(
    _ messages: [UInt8], _ trailers: HeaderBlock, cut size: Int = 1000
  ) -> RawReply? {
    var call = call()
    if let reply = call.receive(head, .response, endStream: false) { return reply }
    for start in stride(from: 0, to: messages.count, by: size) {
      let part = Array(messages[start..<min(start + size, messages.count)])
      if let reply = call.receive(part) { return reply }
    }
    return call.receive(trailers, .trailers, endStream: true)
  }

  @Test(arguments: 1...7)
  func `a reply survives any cut`(size: Int) throws {
    let reply = try #require(Self.reply(Self.message, Self.trailers("0"), cut: size))
    #expect(reply.error == nil)
    #expect(reply.message == [8, 1])
    #expect(reply.end == .trailers)
  }

  @Test(arguments: 1...16)
  func `each code arrives with its message`(code: Int) throws {
    let reply = try #require(
      Self.reply([], Self.trailers(String(code), [("grpc-message", "no%20more%")])))
    #expect(reply.error?.code.rawValue == code)
    #expect(reply.error?.message == "no more%")
  }

  @Test(arguments: ["", "00", "01", "+1", "-1", "17", "99999999999999999999", "1 ", "OK", "0x1"])
  func `a status that is none is unknown and told as it came`(status: String) throws {
    let reply = try #require(Self.reply(Self.message, Self.trailers(status)))
    #expect(reply.error?.code == .unknown)
    #expect(reply.error?.message.contains("\"\(status)\"") == true)
    #expect(reply.rawStatus == status)
  }

  @Test func `OK with no message, or with two, is no unary reply`() throws {
    #expect(Self.reply([], Self.trailers("0"))?.error?.code == .unimplemented)
    let two = try #require(Self.reply(Self.message + Self.message, Self.trailers("0")))
    #expect(two.error?.code == .unimplemented)
    #expect(two.messageCount == 2)
  }

  @Test func `OK behind half a message is an internal error`() {
    let reply = Self.reply(Array(Self.message.dropLast()), Self.trailers("0"))
    #expect(reply?.error == RPCError(.internalError, "message cut short at byte 6"))
  }

  @Test func `a message over the limit ends the call at its envelope`() {
    let reply = Self.reply([0, 0, 0, 4, 1], Self.trailers("0"))
    #expect(reply?.error?.code == .resourceExhausted)
    #expect(reply?.error?.message.contains("1025") == true)
    #expect(reply?.error?.message.contains("1024") == true)
  }

  @Test func `a reply without status has the code of its HTTP status and its first bytes`() {
    var call = Self.call()
    _ = call.receive(
      HeaderBlock([(":status", "503"), ("content-type", "text/html")]), .response,
      endStream: false)
    _ = call.receive(Array("<html>long".utf8))
    let reply = call.receiveEnd()
    #expect(reply?.error?.code == .unavailable)
    #expect(reply?.error?.message.hasSuffix(": <html>lo") == true)
    #expect(reply?.end == .endWithoutTrailers)
  }

  @Test func `a reply that stops without trailers is unknown`() {
    var call = Self.call()
    _ = call.receive(Self.head, .response, endStream: false)
    _ = call.receive(Self.message)
    #expect(call.receiveEnd()?.error?.code == .unknown)
  }

  @Test func `trailers only end the call`() {
    var call = Self.call()
    let block = HeaderBlock([
      (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "5"),
    ])
    #expect(call.receive(block, .response, endStream: true)?.error?.code == .notFound)
  }

  @Test func `an informational block is stepped over`() {
    var call = Self.call()
    #expect(
      call.receive(HeaderBlock([(":status", "103")]), .informational, endStream: false) == nil)
    _ = call.receive(Self.head, .response, endStream: false)
    _ = call.receive(Self.message)
    let reply = call.receive(Self.trailers("0"), .trailers, endStream: true)
    #expect(reply?.error == nil && reply?.httpStatus == 200)
  }

  @Test func `an encoding that was not offered is an internal error`() {
    var call = Self.call()
    let block = HeaderBlock([
      (":status", "200"), ("content-type", "application/grpc"), ("grpc-encoding", "zstd"),
    ])
    #expect(call.receive(block, .response, endStream: false)?.error?.code == .internalError)
  }

  @Test func `details arrive, the status wins over theirs, and broken ones change nothing`() throws
  {
    let info = ErrorInfo(reason: "R", domain: "d", metadata: ["b": "2", "a": "1"])
    let sent = RPCError(.aborted, "text", details: [AnyDetail(info)])
    let encoded = String(
      decoding: Base64.encode(StatusDetails(sent).wireBytes), as: UTF8.self)
    let good = Self.reply([], Self.trailers("5", [("grpc-status-details-bin", encoded)]))
    #expect(good?.error?.code == .notFound)
    #expect(good?.error?.detail(ErrorInfo.self) == info)
    #expect(good?.error?.detail(BadRequest.self) == nil && good?.areDetailsBroken == false)
    for broken in ["*", "q6s", String(encoded.dropLast(3))] {
      let reply = Self.reply([], Self.trailers("5", [("grpc-status-details-bin", broken)]))
      #expect(reply?.error?.code == .notFound)
      #expect(reply?.error?.details == [] && reply?.areDetailsBroken == true)
    }
  }

  @Test func `a call ends once`() {
    var call = Self.call()
    #expect(call.fail(RPCError(.cancelled, "x")) != nil)
    #expect(call.fail(RPCError(.unknown, "y")) == nil)
    #expect(call.receiveReset(.cancel, isOwn: false) == nil)
    #expect(call.receive(Self.head, .response, endStream: true) == nil)
    #expect(call.receiveEnd() == nil)
  }

  @Test func `only a refused stream is safe to try again`() {
    for code in UInt32(0)...13 {
      var call = Self.call()
      let reply = call.receiveReset(HTTP2ErrorCode(rawValue: code), isOwn: false)
      #expect(reply?.error?.isRetrySafe == (code == 7))
    }
  }
}

extension ClientCall {
  mutating func receive(_ bytes: [UInt8]) -> RawReply? {
    let span = bytes.span
    return unsafe receive(span.bytes)
  }
}

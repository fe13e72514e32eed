import HTTP2
import Synchronization
import Testing
import Wire

@testable import RPC

/// The states of a call, without a socket or a session.
@Suite struct ServerCallTests {
  private final class Replies: ReplySink {
    private let all = Mutex<[Reply]>([])
    private let told: @Sendable () -> Void

    init(_ told: @escaping @Sendable () -> Void = {}) { self.told = told }

    func handlerReturned(_ stream: StreamID, _ reply: Reply) {
      all.withLock { $0.append(reply) }
      told()
    }

    var place: ReplyPlace { ReplyPlace(self, StreamID(rawValue: 1)) }
    var count: Int { all.withLock { $0.count } }
    var failure: RPCError? {
      all.withLock { if case .failure(let error)? = $0.last { error } else { nil } }
    }
  }

  /// One for each handler: they are used on one thread at a time, and tests run side by side.
  private static var tasks: HandlerTasks { HandlerTasks(on: globalConcurrentExecutor) }

  private static func call(limit: Int = 100) throws -> ServerCall {
    let block = RequestHeadTests.block()
    let head = try RequestHead(block, router: RequestHeadTests.router)
    return ServerCall(
      head, block, peer: "p", receiveMessageBytesMax: limit, nowNanoseconds: 7)
  }

  private static func receive(_ bytes: [UInt8], _ call: inout ServerCall) throws(RPCError) {
    _ = unsafe try call.receive(bytes.span.bytes)
  }

  private static func begin(_ call: inout ServerCall, _ replies: Replies) throws(RPCError) {
    let handler = try call.begin(limits: WireLimits(), reply: replies.place)
    guard let handler else { return }
    call.task = tasks.start(handler)
  }

  /// The code of what `work` throws.
  private static func code(_ work: () throws(RPCError) -> Void) -> StatusCode? {
    do throws(RPCError) {
      try work()
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `one message is handled once and answered once`() throws {
    var call = try Self.call()
    let replies = Replies()
    for byte: UInt8 in [0, 0, 0, 0, 2, 0x08, 1] { try Self.receive([byte], &call) }
    #expect(call.phase == .receiving)
    try Self.begin(&call, replies)
    #expect(call.phase == .running && replies.count == 1 && replies.failure == nil)
    try Self.begin(&call, replies)
    #expect(replies.count == 1)
    var isFirst = call.takeReply()
    #expect(isFirst && call.phase == .replied)
    isFirst = call.takeReply()
    #expect(!isFirst)
  }

  @Test func `a request in one piece is read where it lies, any other is not`() throws {
    let whole: [UInt8] = [0, 0, 0, 0, 2, 0x08, 1]
    func begins(_ bytes: [UInt8], after: [UInt8] = []) throws -> Bool {
      var call = try Self.call(limit: 2)
      if !after.isEmpty { try Self.receive(after, &call) }
      let replies = Replies()
      let handler = unsafe try call.begin(
        whole: bytes.span.bytes, limits: WireLimits(), reply: replies.place)
      if let handler { _ = Self.tasks.start(handler) }
      let isBegun = handler != nil
      #expect(isBegun == (call.phase == .running) && isBegun == (replies.count == 1))
      #expect(!isBegun || call.receivedBytes == bytes.count)
      return isBegun
    }
    #expect(try begins(whole))
    for count in 0..<whole.count { #expect(try !begins(Array(whole[..<count])), "\(count)") }
    #expect(try !begins(whole + [0]))
    #expect(try !begins([1] + whole[1...]))
    #expect(try !begins([2] + whole[1...]))
    #expect(try !begins([0, 0, 0, 0, 3, 0x08, 1, 0]))  // Over the limit.
    #expect(try !begins([0, 0xFF, 0xFF, 0xFF, 0xFF, 0x08, 1]))
    #expect(try !begins(Array(whole[1...]), after: [0]))
  }

  @Test func `a request in one piece that does not decode is refused`() throws {
    var call = try Self.call()
    let bytes: [UInt8] = [0, 0, 0, 0, 1, 0x08]
    #expect(
      Self.code { () throws(RPCError) in
        _ = unsafe try call.begin(
          whole: bytes.span.bytes, limits: WireLimits(), reply: Replies().place)
      } == .internalError)
    let isFirst = call.takeReply()
    #expect(isFirst)
  }

  @Test func `no message and a second message are unimplemented`() throws {
    var none = try Self.call()
    #expect(Self.code { () throws(RPCError) in try Self.begin(&none, Replies()) } == .unimplemented)
    var two = try Self.call()
    let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(
      Self.code { () throws(RPCError) in try Self.receive(bytes, &two) } == .unimplemented)
  }

  @Test func `every cut of a message is an internal error and runs nothing`() throws {
    let bytes: [UInt8] = [0, 0, 0, 0, 2, 0x08, 1]
    for end in 1..<bytes.count {
      var call = try Self.call()
      let replies = Replies()
      try Self.receive(Array(bytes[..<end]), &call)
      #expect(
        Self.code { () throws(RPCError) in try Self.begin(&call, replies) } == .internalError)
      #expect(replies.count == 0 && call.phase == .receiving)
      // What refuses it then is the one answer it gets.
      let answers = [call.takeReply(), call.takeReply()]
      #expect(answers == [true, false])
    }
  }

  @Test func `a message over the limit is refused by its envelope, and one at the limit is not`()
    throws
  {
    var over = try Self.call(limit: 2)
    #expect(
      Self.code { () throws(RPCError) in try Self.receive([0, 0, 0, 0, 3], &over) }
        == .resourceExhausted)
    var exact = try Self.call(limit: 2)
    try Self.receive([0, 0, 0, 0, 2, 0x08, 1], &exact)
    try Self.begin(&exact, Replies())
    #expect(exact.phase == .running)
  }

  @Test func `bytes that do not decode are an internal error and run nothing`() throws {
    var call = try Self.call()
    let replies = Replies()
    try Self.receive([0, 0, 0, 0, 1, 0x07], &call)
    #expect(Self.code { () throws(RPCError) in try Self.begin(&call, replies) } == .internalError)
    #expect(replies.count == 0 && call.phase == .receiving)
    #expect(call.task == nil)
  }

  /// A peer that resets what it asked for must not get its slot back while the handler works.
  @Test func `a slot is free when stream and handler have both ended, whichever is last`() throws {
    var first = try Self.call()
    try Self.receive([0, 0, 0, 0, 0], &first)
    try Self.begin(&first, Replies())
    let closed = first.streamClosed()
    #expect(!closed.isFree && closed.isAbandoned && first.phase == .abandoned)
    let mayAnswer = first.takeReply()
    #expect(!mayAnswer)
    let isFree = first.handlerReturned()
    #expect(isFree)

    var second = try Self.call()
    try Self.receive([0, 0, 0, 0, 0], &second)
    try Self.begin(&second, Replies())
    let answers = second.takeReply()
    let isFreeEarly = second.handlerReturned()
    #expect(answers && !isFreeEarly)
    let end = second.streamClosed()
    #expect(end.isFree && !end.isAbandoned && second.phase == .replied)
  }

  @Test func `a stream that ends before its handler began frees the slot at once`() throws {
    var call = try Self.call()
    let closed = call.streamClosed()
    #expect(closed.isFree && closed.isAbandoned)
    #expect(Self.code { () throws(RPCError) in try Self.receive([9], &call) } == nil)
    let replies = Replies()
    try Self.begin(&call, replies)
    #expect(replies.count == 0)
  }

  @Test func `an abandoned call's handler is cancelled`() async throws {
    let (begun, announce) = AsyncStream.makeStream(of: Void.self)
    var router = Router()
    router.unary(Method<RequestHeadTests.Empty, RequestHeadTests.Empty>("p.S", "Wait")) {
      (_, _) async throws(RPCError) in
      announce.yield()
      while !Task.isCancelled { await Task.yield() }
      throw RPCError(.cancelled, "cancelled")
    }
    let (ended, announceEnd) = AsyncStream.makeStream(of: Void.self)
    let replies = Replies { announceEnd.yield() }
    let block = RequestHeadTests.block([":path": "/p.S/Wait"])
    var call = ServerCall(
      try RequestHead(block, router: router), block, peer: "p", receiveMessageBytesMax: 9,
      nowNanoseconds: 0)
    try Self.receive([0, 0, 0, 0, 0], &call)
    let handler = try call.begin(limits: WireLimits(), reply: replies.place)
    call.task = Self.tasks.start(try #require(handler))
    for await _ in begun { break }
    _ = call.streamClosed()
    for await _ in ended { break }
    #expect(replies.failure?.code == .cancelled)
  }
}

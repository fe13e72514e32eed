import Testing

@testable import RPC

@Suite struct OutboxStateTests {
  @Test func `the connection is told once for all that is queued`() throws {
    var outbox = OutboxState(unsentBytesMax: 100)
    var isTold = try outbox.write([1])
    #expect(isTold)
    isTold = try outbox.write([2])
    #expect(!isTold)
    let taken = outbox.take()
    #expect(taken.messages == [[1], [2]] && !taken.isFinished && !taken.wantsHead)
    isTold = try outbox.write([3])
    #expect(isTold)
    isTold = outbox.finish()
    #expect(!isTold)
    let rest = outbox.take()
    #expect(rest.messages == [[3]] && rest.isFinished)
  }

  @Test func `it is full above the limit, whether its bytes are queued or submitted`() throws {
    var outbox = OutboxState(unsentBytesMax: 4)
    _ = try outbox.write([1, 2, 3, 4])
    #expect(!outbox.isFull)
    _ = try outbox.write([5])
    #expect(outbox.isFull)
    _ = outbox.take()
    #expect(outbox.isFull)
    outbox.unsent(4)
    #expect(!outbox.isFull)
    outbox.unsent(5)
    outbox.close(RPCError(.cancelled, "gone"))
    #expect(!outbox.isFull, "nobody waits for a stream that is over")
  }

  @Test func `a closed or finished outbox takes nothing and says why`() {
    var closed = OutboxState(unsentBytesMax: 4)
    closed.close(RPCError(.unavailable, "lost"))
    #expect(throws: RPCError(.unavailable, "lost")) { try closed.write([1]) }
    #expect(throws: RPCError(.unavailable, "lost")) { try closed.sendHead() }
    var finished = OutboxState(unsentBytesMax: 4)
    _ = finished.finish()
    #expect(throws: RPCError.self) { try finished.write([1]) }
    let isToldAgain = finished.finish()
    #expect(!isToldAgain)
  }

  @Test func `a wanted head is asked for once`() throws {
    var outbox = OutboxState(unsentBytesMax: 4)
    _ = try outbox.sendHead()
    let first = outbox.take(), second = outbox.take()
    #expect(first.wantsHead && first.messages.isEmpty && !second.wantsHead)
  }
}

import Testing

@testable import RPC

@Suite struct RetryBufferTests {
  private static let message = [UInt8](repeating: 1, count: 10)

  @Test func `what was sent is kept up to exactly the limit`() {
    let budget = RetryBudget(bytesMax: 100)
    var buffer = RetryBuffer(bytesMax: 20)
    buffer.keep([Self.message], budget)
    buffer.keep([Self.message], budget)
    #expect(buffer.messages.count == 2 && !buffer.isCommitted && budget.byteCount == 20)
    buffer.keep([[1]], budget)
    #expect(buffer.messages.isEmpty && buffer.isCommitted && budget.byteCount == 0)
    buffer.keep([Self.message], budget)
    #expect(buffer.messages.isEmpty && budget.byteCount == 0)
  }

  @Test func `one message over the limit commits at once`() {
    let budget = RetryBudget(bytesMax: 100)
    var buffer = RetryBuffer(bytesMax: 9)
    buffer.keep([Self.message], budget)
    #expect(buffer.isCommitted && budget.byteCount == 0)
  }

  @Test func `a budget is shared, and what a call gives back is there for another`() {
    let budget = RetryBudget(bytesMax: 25)
    var first = RetryBuffer(bytesMax: 20), second = RetryBuffer(bytesMax: 20)
    first.keep([Self.message, Self.message], budget)
    second.count(10, budget)
    #expect(!first.isCommitted && second.isCommitted && budget.byteCount == 20)
    first.commit(budget)
    first.commit(budget)
    #expect(budget.byteCount == 0)
    var third = RetryBuffer(bytesMax: 20)
    third.count(20, budget)
    #expect(!third.isCommitted && budget.byteCount == 20)
  }

  @Test func `nothing may be kept where the limit is nothing`() {
    let budget = RetryBudget(bytesMax: 0)
    var empty = RetryBuffer(bytesMax: 0)
    empty.keep([], budget)
    #expect(!empty.isCommitted)
    empty.keep([[1]], budget)
    #expect(empty.isCommitted)
  }
}

import Testing

@testable import RPC

@Suite struct InboxStateTests {
  /// What taking gives, as text.
  @Test func `a message is told with how it came`() {
    var inbox = InboxState()
    #expect(!inbox.isLastCompressed)
    inbox.add([1], isCompressed: true)
    inbox.add([2])
    #expect(!inbox.isLastCompressed, "none was taken")
    _ = inbox.take()
    #expect(inbox.isLastCompressed)
    _ = inbox.take()
    #expect(!inbox.isLastCompressed)
  }

  private static func take(_ inbox: inout InboxState) -> String {
    switch inbox.take() {
    case .message(let bytes, let credit): "\(bytes) +\(credit)"
    case .end: "end"
    case .failed(let error): "failed \(error.code.name)"
    case .wait: "wait"
    }
  }

  @Test func `messages come out in order, then the end for ever`() {
    var inbox = InboxState()
    inbox.add([1])
    inbox.add([2])
    inbox.finish(nil)
    inbox.add([3])
    #expect((0..<4).map { _ in Self.take(&inbox) } == ["[1] +0", "[2] +0", "end", "end"])
  }

  @Test func `bytes are given back at once while nothing waits to be taken`() {
    var inbox = InboxState()
    #expect(inbox.received(100) == 100)
    #expect(inbox.received(50) == 50)
  }

  @Test func `bytes behind an untaken message are owed until the reader has caught up`() {
    var inbox = InboxState()
    inbox.add([1])
    inbox.add([2])
    #expect(inbox.received(40) == 0)
    #expect(inbox.received(60) == 0)
    #expect(Self.take(&inbox) == "[1] +0")
    #expect(inbox.received(1) == 0)
    #expect(Self.take(&inbox) == "[2] +101")
    #expect(Self.take(&inbox) == "wait")
    #expect(inbox.received(7) == 7)
  }

  @Test func `an error waits behind the messages that came before it`() {
    var inbox = InboxState()
    inbox.add([1])
    inbox.finish(RPCError(.aborted, "x"))
    inbox.finish(nil)
    #expect(Self.take(&inbox) == "[1] +0")
    #expect(Self.take(&inbox) == "failed ABORTED")
    #expect(inbox.received(9) == 9)
  }
}

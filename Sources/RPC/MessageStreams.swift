/// Both directions of a streaming call, as a connection sees them.
public struct MessageStreams: Sendable {
  public let inbox: MessageInbox
  public let outbox: MessageOutbox
  /// Server: whether the reply's header block was handed to the session.
  public var isHeadSent = false

  public init(inbox: MessageInbox, outbox: MessageOutbox) {
    self.inbox = inbox
    self.outbox = outbox
  }

  /// The call is over: whoever reads or writes learns why.
  public func end(_ error: RPCError) {
    inbox.finish(error)
    outbox.close(error)
  }
}

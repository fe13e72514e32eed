public import Wire

/// Sends the messages of one direction of a call, in the order of the calls of `write`.
public struct MessageWriter<Message: WireMessage>: Sendable {
  private let send: @Sendable (Message) async throws(RPCError) -> Void
  private let head: @Sendable () throws(RPCError) -> Void
  private let end: @Sendable () -> Void

  /// A writer to anywhere, for a service that is called in its own process.
  public init(_ send: @escaping @Sendable (Message) async throws(RPCError) -> Void) {
    self.send = send
    head = {}
    end = {}
  }

  public init(_ outbox: MessageOutbox) {
    send = { (message) throws(RPCError) in
      var writer = WireWriter(reserving: Envelope.byteCount)
      message.write(to: &writer)
      var bytes = writer.finish()
      Envelope.seal(&bytes)
      try await outbox.write(bytes)
    }
    head = { () throws(RPCError) in try outbox.sendHead() }
    end = { outbox.finish() }
  }

  /// Returns when the message is on its way, which waits for a peer that reads slowly. Throws once
  /// nothing can be sent any more: the call has ended, or the task was cancelled.
  public func write(_ message: Message) async throws(RPCError) { try await send(message) }

  /// A server's header block and initial metadata go out with the first message; this sends them
  /// now, for a reply whose first message is a long time coming.
  public func sendInitialMetadata() throws(RPCError) { try head() }

  /// A client half-closes: no message follows. On a server the handler's return does that.
  public func finish() { end() }
}

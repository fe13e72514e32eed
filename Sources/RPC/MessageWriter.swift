public import Wire

/// Sends the messages of one direction of a call, in the order of the calls of `write`.
public struct MessageWriter<Message: WireMessage>: Sendable {
  private let send: @Sendable (Message, Bool) async throws(RPCError) -> Void
  private let head: @Sendable () throws(RPCError) -> Void
  private let end: @Sendable () -> Void

  /// A writer to anywhere, for a service that is called in its own process.
  public init(_ send: @escaping @Sendable (Message) async throws(RPCError) -> Void) {
    self.send = { (message, _) throws(RPCError) in try await send(message) }
    head = {}
    end = {}
  }

  /// - Parameter isCompressed: whether the headers of the stream name gzip.
  public init(
    _ outbox: MessageOutbox, isCompressed: @escaping @Sendable () -> Bool = { false }
  ) {
    send = { (message, mayCompress) throws(RPCError) in
      var writer = WireWriter(reserving: Envelope.byteCount)
      message.write(to: &writer)
      var bytes = writer.finish()
      if mayCompress, isCompressed() {
        Envelope.sealCompressed(&bytes)
      } else {
        Envelope.seal(&bytes)
      }
      try await outbox.write(bytes)
    }
    head = { () throws(RPCError) in try outbox.sendHead() }
    end = { outbox.finish() }
  }

  /// Returns when the message is on its way, which waits for a peer that reads slowly. Throws once
  /// nothing can be sent any more: the call has ended, or the task was cancelled.
  /// - Parameter mayCompress: false for a message that is not worth it, or must not be, on a
  ///   stream that is compressed.
  public func write(_ message: Message, mayCompress: Bool = true) async throws(RPCError) {
    try await send(message, mayCompress)
  }

  /// A server's header block and initial metadata go out with the first message; this sends them
  /// now, for a reply whose first message is a long time coming.
  public func sendInitialMetadata() throws(RPCError) { try head() }

  /// A client half-closes: no message follows. On a server the handler's return does that.
  public func finish() { end() }
}

/// What a connection takes out of an outbox at once.
public struct OutboxContents: Sendable {
  /// Envelope and message each.
  public var messages: [[UInt8]]
  /// The header block is wanted, whether or not a message follows.
  public var wantsHead = false
  /// The stream is to be half-closed behind the messages.
  public var isFinished = false
}

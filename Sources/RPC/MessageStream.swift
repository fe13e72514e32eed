public import Wire

/// The messages of one direction of a call, in order. Reading slowly slows the sender down.
///
/// One task reads it. The sequence ends after the last message, or throws how the call failed.
public struct MessageStream<Message: WireMessage>: AsyncSequence, Sendable {
  public typealias Failure = RPCError

  private let take: @Sendable () async throws(RPCError) -> Message?
  private let inbox: MessageInbox?

  /// Messages from anywhere, for a service that is called in its own process.
  public init(_ take: @escaping @Sendable () async throws(RPCError) -> Message?) {
    self.take = take
    inbox = nil
  }

  public init(_ inbox: MessageInbox, limits: WireLimits, reading what: String) {
    self.inbox = inbox
    take = { () throws(RPCError) in
      guard let bytes = try await inbox.next() else { return nil }
      do throws(WireError) {
        return try Message(wireBytes: bytes, limits: limits)
      } catch {
        throw RPCError(error, reading: what)
      }
    }
  }

  /// Whether the message read last came compressed; false before the first.
  public var isLastCompressed: Bool { inbox?.isLastCompressed ?? false }

  /// The next message, nil after the last.
  public func next() async throws(RPCError) -> Message? { try await take() }

  /// The only message, for the direction of a call that has one.
  public func single(_ what: String) async throws(RPCError) -> Message {
    guard let message = try await take() else {
      throw RPCError(.unimplemented, "\(what) has one message; this one has none")
    }
    guard try await take() == nil else {
      throw RPCError(.unimplemented, "\(what) has one message; this one has more")
    }
    return message
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let stream: MessageStream

    public mutating func next() async throws(RPCError) -> Message? { try await stream.take() }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> Message? { try await stream.take() }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }
}

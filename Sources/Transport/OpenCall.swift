internal import HTTP2
internal import RPC

/// A call on a stream of a client's connection: whose it is, and what has come of its reply.
struct OpenCall {
  let handle: CallHandle
  private var state: ClientCall
  private let streams: MessageStreams?

  init(_ handle: CallHandle, settings: ClientSettings) {
    self.handle = handle
    streams = handle.streams
    state = ClientCall(
      receiveMessageBytesMax: settings.receiveMessageBytesMax,
      errorBodyBytesMax: settings.errorBodyBytesMax, inbox: streams?.inbox)
  }

  // What ends the call is put into its handle at once: a reply is large to be handed on and on.

  /// A header block.
  /// - Returns: whether it ends the call.
  mutating func receive(
    _ block: HeaderBlock, _ category: HeaderCategory, endStream: Bool
  ) -> Bool {
    if end(with: state.receive(block, category, endStream: endStream)) { return true }
    if state.hasHead {
      handle.commit()
      if streams != nil, !state.initialMetadata.isEmpty {
        handle.context.initialMetadata = state.initialMetadata
      }
    }
    return false
  }

  /// Bytes of the reply.
  /// - Returns: whether they end the call, and how many bytes were taken.
  mutating func receive(_ bytes: RawSpan) -> (isEnded: Bool, taken: Int) {
    let isEnded = end(with: state.receive(bytes))
    return (isEnded, streams?.inbox.received(bytes.byteCount) ?? bytes.byteCount)
  }

  mutating func receiveEnd() -> Bool { end(with: state.receiveEnd()) }

  mutating func receiveReset(_ code: HTTP2ErrorCode, isOwn: Bool) -> Bool {
    end(with: state.receiveReset(code, isOwn: isOwn))
  }

  mutating func fail(_ error: RPCError, _ end: RawReply.End) -> Bool {
    self.end(with: state.fail(error, end))
  }

  private func end(with outcome: consuming RawReply?) -> Bool {
    guard let reply = consume outcome else { return false }
    handle.reply = consume reply
    return true
  }
}

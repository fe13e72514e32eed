internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC

/// What streaming calls add: messages go to the handler as they come, and leave as the peer's
/// windows allow.
extension ServerConnection {
  /// Starts the handler of a streaming method, which needs no message to begin with.
  func beginStreaming(_ stream: StreamID) {
    let inbox = MessageInbox { self.giveBack($0, on: stream) }
    let outbox = MessageOutbox(
      unsentBytesMax: settings.streamUnsentBytesMax, messageBytesMax: settings.sendMessageBytesMax
    ) {
      self.sendLater(stream)
    }
    starting = stream
    immediateReply = nil
    runningHandlers += 1
    _ = calls.update(stream) { call in
      call.state.begin(
        MessageStreams(inbox: inbox, outbox: outbox), in: handlers, limits: limits,
        reply: ReplyPlace(self, stream))
    }
    starting = nil
    sendQueued(stream)
    if let reply = immediateReply {
      immediateReply = nil
      finish(stream, reply)
    }
  }

  /// A handler has taken messages: the peer may send as many bytes again.
  private func giveBack(_ byteCount: Int, on stream: StreamID) {
    guard eventLoop.inEventLoop else {
      eventLoop.execute { self.giveBack(byteCount, on: stream) }
      return
    }
    session.consume(byteCount, on: stream)
    flushSoon()
  }

  /// A handler has written; it may be on any thread.
  private func sendLater(_ stream: StreamID) {
    guard eventLoop.inEventLoop else {
      eventLoop.execute { self.sendLater(stream) }
      return
    }
    // The table of calls is in use while a handler starts; `beginStreaming` sends after that.
    if starting == stream { return }
    sendQueued(stream)
    flushSoon()
  }

  /// Hands what a handler wrote to the session, behind the reply's header block.
  func sendQueued(_ stream: StreamID) {
    guard let streams = calls.update(stream, { $0.state.openStreams }) ?? nil else { return }
    let queued = streams.outbox.take()
    guard queued.wantsHead || !queued.messages.isEmpty else { return }
    strikes.forgive()
    do throws(HTTP2StreamError) {
      try sendHead(stream, streams)
      for message in queued.messages { try session.send(message, on: stream) }
    } catch {
      logger.debug("message not sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
    }
    if !queued.messages.isEmpty, !writing.contains(stream) { writing.append(stream) }
  }

  private func sendHead(
    _ stream: StreamID, _ streams: MessageStreams
  ) throws(HTTP2StreamError) {
    guard !streams.isHeadSent else { return }
    _ = calls.update(stream) { $0.state.streams?.isHeadSent = true }
    let context = calls[stream]?.state.context
    let initial = context?.initialMetadata ?? Metadata()
    let head = ReplyHeaders.head + (context?.isReplyCompressed == true ? ReplyHeaders.gzip : [])
    try session.submitResponse(head, fitting(initial, beside: head), endStream: false, on: stream)
  }

  /// Tells the writers of the moment how much of what they wrote is gone.
  func reportUnsent() {
    guard !writing.isEmpty else { return }
    writing.removeAll { stream in
      let unsent = session.unsentBytes(on: stream)
      calls[stream]?.state.streams?.outbox.unsent(unsent)
      return unsent == 0
    }
  }

  /// The end of a streamed reply: what is still queued, then the trailers.
  /// - Parameter failure: nil for success.
  func endStreaming(_ stream: StreamID, _ failure: RPCError?) {
    guard let call = calls[stream]?.state, let streams = call.streams else { return }
    let isOneBlock = failure != nil && !streams.isHeadSent
    let head = isOneBlock ? ReplyHeaders.head : []
    let trailing = call.context.trailingMetadata
    let trailers =
      failure.map { failureFields($0, beside: head, trailing) }
      ?? ReplyHeaders.ok + fitting(trailing, beside: ReplyHeaders.ok)
    do throws(HTTP2StreamError) {
      if isOneBlock {
        try session.submitResponse(head, trailers, endStream: true, on: stream)
      } else {
        try sendHead(stream, streams)
        try session.submitTrailers(trailers, on: stream)
      }
    } catch {
      logger.debug("reply not sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
    }
    streams.end(failure ?? RPCError(.cancelled, "the call has ended"))
    ended(stream, failure?.code ?? .ok)
  }

  /// Everything that is submitted in one turn of the loop leaves in one write at its end.
  func flushSoon() {
    guard !isFlushScheduled else { return }
    isFlushScheduled = true
    eventLoop.execute {
      self.isFlushScheduled = false
      self.flush()
    }
  }
}

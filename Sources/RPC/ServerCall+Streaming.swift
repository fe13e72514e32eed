public import Wire

/// Streaming: the handler begins with the header block, and messages go to it as they come.
extension ServerCall {
  /// Starts the handler of a streaming method.
  public mutating func begin(
    _ streams: MessageStreams, in tasks: HandlerTasks, limits: WireLimits,
    reply: ReplyPlace
  ) {
    guard phase == .receiving else { return }
    self.streams = streams
    handlerStarted()
    task = route.begin(streams, context, in: tasks, limits: limits, reply: reply)
  }

  /// Both directions, while the reply has not been ended.
  public var openStreams: MessageStreams? { phase == .running ? streams : nil }

  /// The peer has half-closed. A handler in wait of a message sees the end of its stream.
  /// - Returns: whether this is a streaming call; a unary one begins now.
  public mutating func endRequest() throws(RPCError) -> Bool {
    guard let streams else { return false }
    guard phase == .running else { return true }
    do throws(EnvelopeError) { try finishReading() } catch { throw RPCError(error) }
    streams.inbox.finish()
    return true
  }
}

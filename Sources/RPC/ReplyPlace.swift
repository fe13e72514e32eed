public import HTTP2

/// Who takes the answers of handlers.
public protocol ReplySink: AnyObject, Sendable {
  /// Called once for each handler, on the executor it runs on.
  func handlerReturned(_ stream: StreamID, _ reply: Reply)
}

/// Where the answer of one handler goes. Not a closure, which would be one more allocation a call.
public struct ReplyPlace: Sendable {
  private let sink: any ReplySink
  private let stream: StreamID

  public init(_ sink: any ReplySink, _ stream: StreamID) {
    self.sink = sink
    self.stream = stream
  }

  @usableFromInline func callAsFunction(_ reply: Reply) { sink.handlerReturned(stream, reply) }
}

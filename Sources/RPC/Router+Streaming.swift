public import Wire

extension Router {
  /// Adds a method that answers one request with any number of messages. The handler's return is
  /// the end of the reply.
  public mutating func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>,
    _ handler:
      @escaping @Sendable (
        Request, MessageWriter<Response>, CallContext
      ) async throws(RPCError) -> Void
  ) {
    bidirectional(method) { (requests, writer, call) throws(RPCError) in
      let request = try await requests.single("the request of a server stream")
      try await handler(request, writer, call)
    }
  }

  /// Adds a method that answers any number of messages with one.
  public mutating func clientStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>,
    _ handler:
      @escaping @Sendable (MessageStream<Request>, CallContext) async throws(RPCError) -> Response
  ) {
    bidirectional(method) { (requests, writer, call) throws(RPCError) in
      try await writer.write(try await handler(requests, call))
    }
  }

  /// Adds a method with any number of messages in both directions, each at its own pace. The
  /// handler begins with the request's header block, before any message.
  public mutating func bidirectional<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>,
    _ handler:
      @escaping @Sendable (
        MessageStream<Request>, MessageWriter<Response>, CallContext
      ) async throws(RPCError) -> Void
  ) {
    add(.streaming(method.path, handler))
  }
}

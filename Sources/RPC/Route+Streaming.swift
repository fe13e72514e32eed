internal import Wire

extension Route {
  /// A handler with a stream in both directions; the other kinds of streaming are built on it.
  static func streaming<Request: WireMessage, Response: WireMessage>(
    _ path: String,
    _ handler:
      @escaping @Sendable (
        MessageStream<Request>, MessageWriter<Response>, CallContext
      ) async throws(RPCError) -> Void
  ) -> Route {
    Route(
      path: path,
      within: { chain in
        .streaming(path) {
          (requests: MessageStream<Request>, writer: MessageWriter<Response>, call)
            throws(RPCError) in
          try await chain.run(call, to: path) { call throws(RPCError) in
            try await handler(requests, writer, call)
          }
        }
      },
      beginStreaming: { streams, call, tasks, limits, reply in
        let requests = MessageStream<Request>(streams.inbox, limits: limits, reading: "the request")
        let writer = MessageWriter<Response>(streams.outbox) { call.isReplyCompressed }
        return tasks.start(
          PreparedHandler {
            do throws(RPCError) {
              try await handler(requests, writer, call)
              reply(.end)
            } catch {
              reply(.failure(error))
            }
          })
      })
  }
}

internal import NIOCore
public import RPC
public import Wire

/// Calls with streams. Each lives as long as the closure it is given: when that returns or throws
/// before the call has ended, the call is cancelled.
extension Client: StreamingCaller {
  /// Sends one message and reads any number.
  ///
  ///     try await client.serverStreaming(method, request, CallContext()) { replies in
  ///       for try await reply in replies { … }
  ///     }
  public func serverStreaming<Request: WireMessage, Response: WireMessage, Result>(
    _ method: Method<Request, Response>, _ request: Request, _ call: CallContext,
    _ body: (MessageStream<Response>) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    try await intercepted(method.path, call) { call throws(RPCError) in
      let handle = handle(method.pathBytes, call)
      let (writer, replies) = streams(of: handle) as Streams<Request, Response>
      // Before the call starts, so that both leave in one write with its headers.
      try await writer.write(request)
      handle.streams?.outbox.finish()
      return try await run(handle, method.path) { () throws(RPCError) in try await body(replies) }
    }
  }

  /// Sends any number of messages and reads one. The request ends when `body` returns; when it
  /// throws, the call is cancelled, unless the server has answered already.
  public func clientStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>, _ call: CallContext,
    _ body: (MessageWriter<Request>) async throws(RPCError) -> Void
  ) async throws(RPCError) -> Response {
    try await intercepted(method.path, call) { call throws(RPCError) in
      let handle = handle(method.pathBytes, call)
      let (writer, replies) = streams(of: handle) as Streams<Request, Response>
      return try await run(handle, method.path) { () throws(RPCError) in
        do throws(RPCError) {
          try await body(writer)
          handle.streams?.outbox.finish()
        } catch {
          // A server may answer before it has read everything; then its answer counts, and the
          // write that came too late does not.
          if handle.streams?.inbox.isOpen == true { throw error }
        }
        return try await replies.single("the reply of a client stream")
      }
    }
  }

  /// Sends and reads any number of messages, each at its own pace. The writer's `finish`
  /// half-closes; the return of `body` gives up on what has not been read.
  public func bidirectional<Request: WireMessage, Response: WireMessage, Result>(
    _ method: Method<Request, Response>, _ call: CallContext,
    _ body: (
      MessageWriter<Request>, MessageStream<Response>
    ) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    try await intercepted(method.path, call) { call throws(RPCError) in
      let handle = handle(method.pathBytes, call)
      let (writer, replies) = streams(of: handle) as Streams<Request, Response>
      return try await run(handle, method.path) { () throws(RPCError) in
        try await body(writer, replies)
      }
    }
  }

  private func intercepted<Result>(
    _ path: String, _ call: CallContext,
    _ work: (CallContext) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    guard let chain else { return try await work(call) }
    return try await chain.run(call, to: path, work)
  }

  private typealias Streams<Request: WireMessage, Response: WireMessage> = (
    MessageWriter<Request>, MessageStream<Response>
  )

  private func handle(_ path: [UInt8], _ call: CallContext) -> CallHandle {
    let handle = CallHandle(
      path: path, context: call, settings: settings, eventLoop: channel.eventLoop)
    handle.tellsPeer = chain != nil
    return handle
  }

  private func streams<Request: WireMessage, Response: WireMessage>(
    of handle: CallHandle
  ) -> Streams<Request, Response> {
    guard let streams = handle.streams else {
      // Only a unary call has none, and none comes here.
      let none = RPCError(.internalError, "not a streaming call")
      return (
        MessageWriter { (_) throws(RPCError) in throw none },
        MessageStream { () throws(RPCError) in throw none }
      )
    }
    return (
      MessageWriter(streams.outbox) { [context = handle.context] in context.compressesRequest },
      MessageStream(streams.inbox, limits: WireLimits(), reading: "the reply")
    )
  }

  private func run<Result>(
    _ handle: CallHandle, _ path: String, _ body: () async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    observer?.callStarted(path)
    let start = NIODeadline.now().uptimeNanoseconds
    channel.onLoop { self.channel.start(handle) }
    var failure: RPCError?
    let result = await withTaskCancellationHandler {
      await Self.catching(body)
    } onCancel: {
      channel.eventLoop.execute { handle.cancel() }
    }
    if case .failure(let error) = result { failure = error }
    // Nothing to do when the call has ended, which is the usual case.
    channel.onLoop { handle.cancel() }
    observer?.callEnded(
      path, failure?.code ?? .ok, nanoseconds: NIODeadline.now().uptimeNanoseconds - start)
    return try result.get()
  }

  private static func catching<Success>(
    _ body: () async throws(RPCError) -> Success
  ) async -> Result<Success, RPCError> {
    do throws(RPCError) { return .success(try await body()) } catch { return .failure(error) }
  }
}

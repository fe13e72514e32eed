public import Wire

/// What can carry calls with streams as well. Each call lives as long as the closure it is given:
/// when that returns or throws before the call has ended, the call is cancelled.
public protocol StreamingCaller: UnaryCaller {
  /// Sends one message and reads any number.
  func serverStreaming<Request: WireMessage, Response: WireMessage, Result>(
    _ method: Method<Request, Response>, _ request: Request, _ call: CallContext,
    _ body: (MessageStream<Response>) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result

  /// Sends any number of messages and reads one. The request ends when `body` returns.
  func clientStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>, _ call: CallContext,
    _ body: (MessageWriter<Request>) async throws(RPCError) -> Void
  ) async throws(RPCError) -> Response

  /// Sends and reads any number of messages, each at its own pace.
  func bidirectional<Request: WireMessage, Response: WireMessage, Result>(
    _ method: Method<Request, Response>, _ call: CallContext,
    _ body: (
      MessageWriter<Request>, MessageStream<Response>
    ) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result
}

public import Wire

/// What can carry a unary call to where its handler is: a channel over HTTP/2, or a router in the
/// same process.
public protocol UnaryCaller: Sendable {
  /// Sends `request` and waits for the reply. The reply's metadata is in `call` afterwards.
  /// Cancelling the task cancels the call.
  func unary<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>, _ request: Request, _ call: CallContext
  ) async throws(RPCError) -> Response
}

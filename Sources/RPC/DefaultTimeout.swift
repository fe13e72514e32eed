/// Gives calls without a deadline one, so that none waits for ever for a peer that neither answers
/// nor goes away.
public struct DefaultTimeout: CallInterceptor {
  private let timeout: Duration

  /// - Parameter timeout: From the beginning of each call.
  public init(_ timeout: Duration) { self.timeout = timeout }

  public func intercept<Result>(
    _ call: CallContext, to path: String,
    _ proceed: (CallContext) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    try await proceed(call.deadline.isNever ? call.limited(to: .after(timeout)) : call)
  }
}

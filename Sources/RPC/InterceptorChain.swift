/// Interceptors in their order, outermost first.
public struct InterceptorChain: Sendable {
  private let interceptors: [any CallInterceptor]

  /// Nil of none, so that who has none is asked nothing for each call.
  public init?(_ interceptors: [any CallInterceptor]) {
    if interceptors.isEmpty { return nil }
    self.interceptors = interceptors
  }

  /// Runs `work` inside all of them.
  public func run<Result>(
    _ call: CallContext, to path: String,
    _ work: (CallContext) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    try await run(from: 0, call, path, work)
  }

  private func run<Result>(
    from index: Int, _ call: CallContext, _ path: String,
    _ work: (CallContext) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    guard index < interceptors.count else { return try await work(call) }
    return try await interceptors[index].intercept(call, to: path) { call throws(RPCError) in
      try await run(from: index + 1, call, path, work)
    }
  }
}

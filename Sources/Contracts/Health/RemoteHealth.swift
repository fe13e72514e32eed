public import RPC

/// A health service somewhere else, reached through a caller.
public struct RemoteHealth: HealthService {
  private let caller: any StreamingCaller

  public init(_ caller: any StreamingCaller) {
    self.caller = caller
  }

  public func check(
    _ request: HealthCheckRequest, _ call: CallContext
  ) async throws(RPCError) -> HealthCheckResponse {
    try await caller.unary(HealthAPI.check, request, call)
  }

  public func watch(
    _ request: HealthCheckRequest, _ replies: MessageWriter<HealthCheckResponse>,
    _ call: CallContext
  ) async throws(RPCError) {
    try await caller.serverStreaming(HealthAPI.watch, request, call) {
      (statuses) throws(RPCError) in
      while let status = try await statuses.next() { try await replies.write(status) }
    }
  }
}

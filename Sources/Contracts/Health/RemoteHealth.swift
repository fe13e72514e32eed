public import RPC

/// A health service somewhere else, reached through a caller.
public struct RemoteHealth: HealthService {
  private let caller: any UnaryCaller

  public init(_ caller: any UnaryCaller) {
    self.caller = caller
  }

  public func check(
    _ request: HealthCheckRequest, _ call: CallContext
  ) async throws(RPCError) -> HealthCheckResponse {
    try await caller.unary(HealthAPI.check, request, call)
  }
}

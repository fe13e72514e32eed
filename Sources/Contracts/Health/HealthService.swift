public import RPC

/// What it takes to be a health service: the handlers are one, and so is the remote client.
public protocol HealthService: Sendable {
  /// Answers at once. NOT_FOUND: nobody ever set a status for that service.
  func check(
    _ request: HealthCheckRequest, _ call: CallContext
  ) async throws(RPCError) -> HealthCheckResponse

  /// Tells the status at once and then each change of it, until the server stops or the caller
  /// goes. SERVICE_UNKNOWN stands for a service nobody ever set a status for.
  func watch(
    _ request: HealthCheckRequest, _ replies: MessageWriter<HealthCheckResponse>,
    _ call: CallContext
  ) async throws(RPCError)
}

extension Router {
  @inlinable public mutating func register(_ service: some HealthService) {
    unary(HealthAPI.check, service.check)
    serverStreaming(HealthAPI.watch, service.watch)
  }
}

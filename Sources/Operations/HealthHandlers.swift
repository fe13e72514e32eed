public import Contracts
public import RPC

/// `grpc.health.v1.Health` of one server, answered from the state that readiness has.
public struct HealthHandlers: HealthService {
  private let health: HealthChecks
  private let service: String

  /// - Parameter service: The full name served beside `""`, for example `orders.v1.Orders`.
  public init(_ health: HealthChecks, service: String) {
    self.health = health
    self.service = service
  }

  public func check(
    _ request: HealthCheckRequest, _ call: CallContext
  ) async throws(RPCError) -> HealthCheckResponse {
    guard request.service.isEmpty || request.service == service else {
      throw RPCError(.notFound, "no service of that name is served here; \(service) is")
    }
    return HealthCheckResponse(status: health.isReady ? .serving : .notServing)
  }
}

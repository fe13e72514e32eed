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

  public func watch(
    _ request: HealthCheckRequest, _ replies: MessageWriter<HealthCheckResponse>,
    _ call: CallContext
  ) async throws(RPCError) {
    let isKnown = request.service.isEmpty || request.service == service
    // Asked for before the first look, so that no change falls between the two.
    let changes = health.changes()
    var last = status(isKnown)
    try await replies.write(HealthCheckResponse(status: last))
    for await _ in changes {
      let status = status(isKnown)
      if status != last { try await replies.write(HealthCheckResponse(status: status)) }
      last = status
      if health.phase == .draining { break }
    }
    // A watcher that stayed would hold up the stop until its time is over.
    if health.phase == .draining { throw RPCError(.unavailable, "server shutting down") }
  }

  private func status(_ isKnown: Bool) -> ServingStatus {
    guard isKnown else { return .serviceUnknown }
    return health.isReady ? .serving : .notServing
  }
}

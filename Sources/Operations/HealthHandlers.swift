public import Contracts
public import RPC

/// `grpc.health.v1.Health` of one server, answered from the state that readiness has.
public struct HealthHandlers: HealthService {
  private let health: HealthChecks
  /// Whether each name is served, besides that the process is ready.
  private let services: [String: @Sendable () -> Bool]
  private let names: String

  /// - Parameters:
  ///   - service: The full name served beside `""`, for example `orders.v1.Orders`.
  ///   - parts: Names for what not every replica does all the time, and whether this one does now.
  ///     Whoever changes that calls `HealthChecks.changed`.
  public init(
    _ health: HealthChecks, service: String, parts: [String: @Sendable () -> Bool] = [:]
  ) {
    self.health = health
    services = parts.merging(["": { true }, service: { true }]) { part, _ in part }
    names = ([service] + parts.keys.sorted()).joined(separator: " and ")
  }

  public func check(
    _ request: HealthCheckRequest, _ call: CallContext
  ) async throws(RPCError) -> HealthCheckResponse {
    guard services[request.service] != nil else {
      throw RPCError(.notFound, "no service of that name is here; there is \(names)")
    }
    return HealthCheckResponse(status: status(of: request.service))
  }

  public func watch(
    _ request: HealthCheckRequest, _ replies: MessageWriter<HealthCheckResponse>,
    _ call: CallContext
  ) async throws(RPCError) {
    // Asked for before the first look, so that no change falls between the two.
    let changes = health.changes()
    var last = status(of: request.service)
    try await replies.write(HealthCheckResponse(status: last))
    for await _ in changes {
      let status = status(of: request.service)
      if status != last { try await replies.write(HealthCheckResponse(status: status)) }
      last = status
      if health.phase == .draining { break }
    }
    // A watcher that stayed would hold up the stop until its time is over.
    if health.phase == .draining { throw RPCError(.unavailable, "server shutting down") }
  }

  private func status(of name: String) -> ServingStatus {
    guard let isServed = services[name] else { return .serviceUnknown }
    return health.isReady && isServed() ? .serving : .notServing
  }
}

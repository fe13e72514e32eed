import Contracts
import Logging
import Operations
import RPC
import Testing

@Suite struct HealthHandlersTests {
  private let health = HealthChecks(
    service: "orders", checks: [], timeout: .seconds(1), logger: Logger(label: "t"))

  private func status(of name: String) async throws -> ServingStatus {
    let handlers = HealthHandlers(health, service: "orders.v1.Orders")
    return try await handlers.check(HealthCheckRequest(service: name), CallContext()).status
  }

  @Test(arguments: ["", "orders.v1.Orders"])
  func `a service serves while it is ready`(name: String) async throws {
    #expect(try await status(of: name) == .notServing)
    health.startServing()
    #expect(try await status(of: name) == .serving)
    health.startDraining()
    #expect(try await status(of: name) == .notServing)
  }

  @Test(arguments: ["inventory.v1.Inventory", "orders.v1.orders", "grpc.health.v1.Health", " "])
  func `a name that was never set is not found`(name: String) async {
    let error = await #expect(throws: RPCError.self) { try await status(of: name) }
    #expect(error?.code == .notFound)
  }
}

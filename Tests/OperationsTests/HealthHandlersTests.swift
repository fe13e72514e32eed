import Contracts
import Logging
import Operations
import RPC
import Synchronization
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

  /// What a watcher is told until the server stops, with the code that ends it.
  private func watch(_ name: String, _ statuses: AsyncStream<ServingStatus>.Continuation) async
    -> StatusCode?
  {
    let handlers = HealthHandlers(health, service: "orders.v1.Orders")
    let writer = MessageWriter<HealthCheckResponse> { (reply) throws(RPCError) in
      statuses.yield(reply.status)
    }
    defer { statuses.finish() }
    do throws(RPCError) {
      try await handlers.watch(HealthCheckRequest(service: name), writer, CallContext())
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `a watcher hears the present status, each change and the stop`() async {
    let (statuses, continuation) = AsyncStream.makeStream(of: ServingStatus.self)
    async let end = watch("", continuation)
    var told = statuses.makeAsyncIterator()
    #expect(await told.next() == .notServing)
    health.startServing()
    #expect(await told.next() == .serving)
    health.startDraining()
    #expect(await told.next() == .notServing)
    #expect(await told.next() == nil)
    #expect(await end == .unavailable)
  }

  @Test func `a watcher of an unknown service is told so, and let go at the stop`() async {
    let (statuses, continuation) = AsyncStream.makeStream(of: ServingStatus.self)
    async let end = watch("nobody", continuation)
    var told = statuses.makeAsyncIterator()
    #expect(await told.next() == .serviceUnknown)
    health.startDraining()
    #expect(await told.next() == nil)
    #expect(await end == .unavailable)
  }

  @Test func `a part is served by whoever does it, and its watcher hears when that changes`()
    async throws
  {
    let does = Mutex(false)
    let handlers = HealthHandlers(
      health, service: "orders.v1.Orders",
      parts: ["orders.v1.Orders/part": { does.withLock { $0 } }])
    let (statuses, continuation) = AsyncStream.makeStream(of: ServingStatus.self)
    let task = Task {
      let writer = MessageWriter<HealthCheckResponse> { (reply) throws(RPCError) in
        continuation.yield(reply.status)
      }
      try await handlers.watch(
        HealthCheckRequest(service: "orders.v1.Orders/part"), writer, CallContext())
    }
    var told = statuses.makeAsyncIterator()
    #expect(await told.next() == .notServing)
    does.withLock { $0 = true }
    health.startServing()
    #expect(await told.next() == .serving)
    does.withLock { $0 = false }
    health.changed()
    #expect(await told.next() == .notServing)
    // The service as a whole goes on.
    let whole = try await handlers.check(HealthCheckRequest(service: ""), CallContext())
    #expect(whole.status == .serving)
    let error = await #expect(throws: RPCError.self) {
      try await handlers.check(HealthCheckRequest(service: "nobody"), CallContext())
    }
    #expect(error?.message.contains("orders.v1.Orders/part") == true)
    task.cancel()
    _ = await task.result
  }

  @Test func `a watch that begins after the stop ends at once`() async {
    let (statuses, continuation) = AsyncStream.makeStream(of: ServingStatus.self)
    health.startDraining()
    #expect(await watch("", continuation) == .unavailable)
    #expect(await statuses.reduce(into: []) { $0.append($1) } == [.notServing])
  }

  @Test func `a watcher whose task is cancelled ends without an error`() async {
    let (statuses, continuation) = AsyncStream.makeStream(of: ServingStatus.self)
    let task = Task { await watch("", continuation) }
    var told = statuses.makeAsyncIterator()
    _ = await told.next()
    task.cancel()
    #expect(await task.value == nil)
  }
}

import Contracts
import RPC
import Synchronization
import Testing
import Wire

/// The services of the .proto files against the constants, protocols and remotes in Swift.
@Suite struct ServiceAgreementTests {
  /// What a method's constant says, as the .proto file would write it.
  struct Declared: Equatable {
    let path: String
    let request: String
    let response: String

    init(path: String, request: String, response: String) {
      self.path = path
      self.request = request
      self.response = response
    }

    init<Request: WireMessage, Response: WireMessage>(_ method: Method<Request, Response>) {
      self.init(
        path: method.path, request: String(describing: Request.self),
        response: String(describing: Response.self))
    }
  }

  static let services: [String: (path: String, methods: [Declared])] = [
    "inventory.v1.Inventory": (
      "proto/inventory/v1/inventory.proto",
      [
        Declared(InventoryAPI.checkStock),
        Declared(InventoryAPI.reserveStock),
        Declared(InventoryAPI.settleReservations),
        Declared(InventoryAPI.listStock),
        Declared(InventoryAPI.adjustStock),
        Declared(InventoryAPI.reconcileStock),
        Declared(InventoryAPI.watchStock),
      ]
    ),
    "orders.v1.Orders": (
      "proto/orders/v1/orders.proto",
      [
        Declared(OrdersAPI.placeOrder), Declared(OrdersAPI.getOrder),
        Declared(OrdersAPI.listOrders), Declared(OrdersAPI.cancelOrder),
        Declared(OrdersAPI.resolveOrders), Declared(OrdersAPI.watchOrders),
      ]
    ),
    "grpc.health.v1.Health": (
      "Tests/Vectors/proto/grpc/health/v1/health.proto",
      [Declared(HealthAPI.check), Declared(HealthAPI.watch)]
    ),
  ]

  @Test func `each method has the path and messages that its file declares`() throws {
    for (service, (path, methods)) in Self.services {
      let file = try ContractAgreementTests.file(path)
      #expect(file.services.keys.map { "\(file.package).\($0)" } == [service])
      let declared = file.services.values.joined().map {
        Declared(path: "/\(service)/\($0.name)", request: $0.request, response: $0.response)
      }
      #expect(declared == methods)
    }
  }

  @Test func `a registered service has a route for each of its methods`() {
    var router = Router()
    router.register(RemoteInventory(Recorder()))
    router.register(RemoteOrders(Recorder()))
    router.register(RemoteHealth(Recorder()))
    #expect(Set(router.paths) == Set(Self.services.values.flatMap(\.methods).map(\.path)))
  }

  @Test func `a remote sends each call under its own path, and answers what came back`()
    async throws
  {
    let recorder = Recorder()
    let call = CallContext()
    let inventory = RemoteInventory(recorder)
    _ = try await inventory.checkStock(CheckStockRequest(), call)
    _ = try await inventory.reserveStock(ReserveStockRequest(), call)
    _ = try await inventory.settleReservations(SettleReservationsRequest(), call)
    _ = try await inventory.listStock(ListStockRequest(), call)
    _ = try await inventory.adjustStock(AdjustStockRequest(), call)
    _ = try await inventory.reconcileStock(ReconcileStockRequest(), call)
    let told = Mutex(0)
    try await inventory.watchStock(
      WatchStockRequest(),
      MessageWriter { (_) throws(RPCError) in told.withLock { $0 += 1 } }, call)
    let orders = RemoteOrders(recorder)
    _ = try await orders.placeOrder(PlaceOrderRequest(), call)
    let order = try await orders.getOrder(
      GetOrderRequest(orderID: "the id", customerID: "c"), call)
    _ = try await orders.listOrders(ListOrdersRequest(), call)
    _ = try await orders.cancelOrder(CancelOrderRequest(), call)
    _ = try await orders.resolveOrders(ResolveOrdersRequest(), call)
    try await orders.watchOrders(
      WatchOrdersRequest(),
      MessageWriter { (_) throws(RPCError) in told.withLock { $0 += 1 } }, call)
    #expect(told.withLock { $0 } == 2)
    let health = RemoteHealth(recorder)
    _ = try await health.check(HealthCheckRequest(service: "s"), call)
    let statuses = Mutex(0)
    try await health.watch(
      HealthCheckRequest(service: "s"),
      MessageWriter { (_) throws(RPCError) in statuses.withLock { $0 += 1 } }, call)
    #expect(statuses.withLock { $0 } == 1)

    // Recorder answers with the request's bytes, so the reply shows that they arrived.
    #expect(order.orderID == "the id" && order.customerID == "c")
    #expect(
      recorder.paths == [
        "/inventory.v1.Inventory/CheckStock", "/inventory.v1.Inventory/ReserveStock",
        "/inventory.v1.Inventory/SettleReservations",
        "/inventory.v1.Inventory/ListStock",
        "/inventory.v1.Inventory/AdjustStock", "/inventory.v1.Inventory/ReconcileStock",
        "/inventory.v1.Inventory/WatchStock",
        "/orders.v1.Orders/PlaceOrder",
        "/orders.v1.Orders/GetOrder", "/orders.v1.Orders/ListOrders",
        "/orders.v1.Orders/CancelOrder",
        "/orders.v1.Orders/ResolveOrders", "/orders.v1.Orders/WatchOrders",
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
      ])
    #expect(recorder.calls.allSatisfy { $0 === call })
  }

  @Test func `a remote passes an error on as it is`() async {
    let refusal = RPCError(.failedPrecondition, "out of stock")
    await #expect(throws: refusal) {
      try await RemoteOrders(Recorder(refusal)).placeOrder(PlaceOrderRequest(), CallContext())
    }
  }

  /// Answers each call with its own request, read as the reply.
  final class Recorder: StreamingCaller {
    private let seen = Mutex<[(path: String, call: CallContext)]>([])
    private let refusal: RPCError?

    init(_ refusal: RPCError? = nil) {
      self.refusal = refusal
    }

    var paths: [String] { seen.withLock { $0.map(\.path) } }
    var calls: [CallContext] { seen.withLock { $0.map(\.call) } }

    func unary<Request: WireMessage, Response: WireMessage>(
      _ method: Method<Request, Response>, _ request: Request, _ call: CallContext
    ) async throws(RPCError) -> Response {
      seen.withLock { $0.append((method.path, call)) }
      if let refusal { throw refusal }
      do throws(WireError) {
        return try Response(wireBytes: request.wireBytes)
      } catch {
        throw RPCError(.internalError, error.description)
      }
    }

    func serverStreaming<Request: WireMessage, Response: WireMessage, Result>(
      _ method: Method<Request, Response>, _ request: Request, _ call: CallContext,
      _ body: (MessageStream<Response>) async throws(RPCError) -> Result
    ) async throws(RPCError) -> Result {
      let reply: Response = try await unary(method, request, call)
      let left = Mutex<[Response]>([reply])
      return try await body(MessageStream { () throws(RPCError) in left.withLock { $0.popLast() } })
    }

    func clientStreaming<Request: WireMessage, Response: WireMessage>(
      _ method: Method<Request, Response>, _ call: CallContext,
      _ body: (MessageWriter<Request>) async throws(RPCError) -> Void
    ) async throws(RPCError) -> Response {
      throw RPCError(.unimplemented, "no contract has a client stream")
    }

    func bidirectional<Request: WireMessage, Response: WireMessage, Result>(
      _ method: Method<Request, Response>, _ call: CallContext,
      _ body: (
        MessageWriter<Request>, MessageStream<Response>
      ) async throws(RPCError) -> Result
    ) async throws(RPCError) -> Result {
      throw RPCError(.unimplemented, "no contract has a two-way stream")
    }
  }
}

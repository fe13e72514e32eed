import Contracts
import Operations
import Orders
import Postgres
import RPC
import Transport

/// Orders as part of a process: its database, its way to inventory, its server, its health.
struct OrdersProcess: Sendable {
  private let health: HealthChecks
  private let node: OrdersNode
  private let client: Client
  private let process: ServerProcess

  init(_ process: ServerProcess, database: String, inventory: PeerList) throws(Failure) {
    let settings = process.settings
    var own = OrdersSettings()
    own.startWaitMax = settings.databaseWait
    own.deadlines = CallDeadlines(cap: settings.ordersTimeoutMax)
    own.watchesMax = settings.ordersWatchesMax
    own.waitingMax = settings.ordersWaitingMax
    own.caps.splitAbove = settings.ordersBatchSplitAbove
    own.watchPause = settings.ordersWatchPause
    // What it asks for it will reserve, so all of it goes where writes are taken.
    client = process.client(of: "orders", to: inventory, doing: InventoryAPI.writer)
    own.executor = client.executor
    let node: OrdersNode
    do throws(PostgresError) {
      node = try OrdersNode(
        settings: own, connectionString: database, inventory: RemoteInventory(client),
        logger: process.logs.logger("orders", service: "orders"))
    } catch {
      throw DatabaseFailure.failure(error, of: "orders", wait: settings.databaseWait)
    }
    self.node = node
    self.process = process
    let limit = settings.healthTimeout
    health = process.healthChecks("orders", [.database { await node.isReady(within: limit) }])
  }

  /// - Returns: where it listens.
  func start() async throws(Failure) -> PeerAddress {
    let settings = process.settings
    process.runner.started(
      ServicePart(
        "client of orders",
        stop: .close(atMost: .seconds(1)) { [client] in await client.shutdown() }
      ))
    do throws(PostgresError) {
      try await node.start()
    } catch {
      throw DatabaseFailure.failure(error, of: "orders", wait: settings.databaseWait)
    }
    process.runner.started(
      ServicePart("database of orders", stop: .close(atMost: .seconds(2), node.stop)))
    process.whenDraining(health, node.endWatches)
    var router = Router()
    router.register(node.handlers)
    router.register(HealthHandlers(health, service: OrdersAPI.service))
    ReflectionHandlers(services: [OrdersAPI.service, HealthAPI.service]).register(in: &router)
    return try await process.serve(
      "orders", router, host: settings.ordersHost, port: settings.ordersPort,
      portFlag: settings.table.ordersPort.flag)
  }
}

import Contracts
import Inventory
import Logging
import Operations
import Postgres
import RPC
import Transport

/// Inventory as part of a process: its database, its server, its health.
struct InventoryProcess: Sendable {
  private let health: HealthChecks
  private let node: InventoryNode
  private let process: ServerProcess

  /// - Parameter isAlone: whether no other process can be at work on the database.
  init(_ process: ServerProcess, database: String, isAlone: Bool = false) throws(Failure) {
    let settings = process.settings
    var own = InventorySettings()
    own.startWaitMax = settings.databaseWait
    own.writers = settings.inventoryWriters
    own.isAlone = isAlone
    own.executor = EventLoopExecutor()
    own.deadlines = CallDeadlines(cap: settings.ordersTimeoutMax)
    own.askAfter = settings.inventoryAskAfter
    own.watchesMax = settings.inventoryWatchesMax
    own.watchedSKUsMax = settings.inventoryWatchedSkusMax
    own.waitingMax = settings.inventoryWaitingMax
    own.cachedSKUsMax = settings.inventoryCachedSkusMax
    own.watchPause = settings.inventoryWatchPause
    let node: InventoryNode
    do throws(PostgresError) {
      node = try InventoryNode(
        settings: own, connectionString: database,
        logger: process.logs.logger("inventory", service: "inventory"))
    } catch {
      throw DatabaseFailure.failure(error, of: "inventory", wait: settings.databaseWait)
    }
    self.node = node
    self.process = process
    let limit = settings.healthTimeout
    health = process.healthChecks(
      "inventory", [.database { await node.isReady(within: limit) }])
  }

  /// - Parameter loadsSample: Whether an empty catalogue is filled.
  /// - Returns: where it listens.
  func start(loadsSample: Bool = false) async throws(Failure) -> PeerAddress {
    let settings = process.settings
    let logger = process.logs.logger("inventory", service: "inventory")
    do throws(PostgresError) {
      try await node.start()
      process.runner.started(
        ServicePart("database of inventory", stop: .close(atMost: .seconds(2), node.stop)))
      if loadsSample, try await node.loadSampleCatalogue() {
        logger.notice("loaded the sample catalogue")
      }
    } catch {
      throw DatabaseFailure.failure(error, of: "inventory", wait: settings.databaseWait)
    }
    process.whenDraining(health, node.endWatches)
    var router = Router()
    router.register(node.handlers)
    node.whenWriterChanges(health.changed)
    router.register(
      HealthHandlers(
        health, service: InventoryAPI.service,
        parts: [InventoryAPI.writer: { [node] in node.isWriter }]))
    ReflectionHandlers(services: [InventoryAPI.service, HealthAPI.service]).register(in: &router)
    return try await process.serve(
      "inventory", router, host: settings.inventoryHost, port: settings.inventoryPort,
      portFlag: settings.table.inventoryPort.flag)
  }

  /// Begins to settle old holds by asking the orders at `peers`, which need not be there yet.
  func settle(asking peers: PeerList) {
    let client = process.client(of: "inventory", to: peers)
    let resolver = node.resolver(asking: RemoteOrders(client))
    let task = Task { await resolver.run() }
    process.runner.started(
      ServicePart(
        "settling of inventory",
        stop: .close(atMost: .seconds(1)) {
          task.cancel()
          await client.shutdown()
          await task.value
        }))
  }
}

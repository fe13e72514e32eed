import FoundationEssentials
import Operations
import Postgres

/// Everything in one process: PostgreSQL, inventory, orders, edge, each reached as when it runs
/// alone. They start in this order and stop in the opposite one.
struct UpProcess: Sendable {
  private let process: ServerProcess

  init(_ process: ServerProcess) { self.process = process }

  /// - Returns: the addresses for the ready line.
  func start() async throws -> String {
    let settings = process.settings
    let cluster = try privateCluster()
    if let cluster { try await start(cluster) }
    let inventory = try InventoryProcess(
      process,
      database: settings.inventoryDatabase ?? cluster?.connectionString("inventory") ?? "",
      // The cluster's data directory is locked, so nobody else can have opened its databases.
      isAlone: cluster != nil)
    let inventoryAddress = try await inventory.start(loadsSample: true)
    let orders = try OrdersProcess(
      process, database: settings.ordersDatabase ?? cluster?.connectionString("orders") ?? "",
      inventory: PeerList([inventoryAddress.reachable]))
    let ordersAddress = try await orders.start()
    inventory.settle(asking: PeerList([ordersAddress.reachable]))
    let edge = try EdgeProcess(
      process, inventory: PeerList([inventoryAddress.reachable]),
      orders: PeerList([ordersAddress.reachable]))
    let edgeAddress = try await edge.start()
    return "edge=http://\(edgeAddress) inventory=\(inventoryAddress) orders=\(ordersAddress)"
  }

  /// Nil when databases are named.
  private func privateCluster() throws(Failure) -> PrivateCluster? {
    let settings = process.settings
    if settings.inventoryDatabase != nil { return nil }
    var own = PrivateClusterSettings(environment: ProcessInfo.processInfo.environment)
    own.dataDirectory = settings.dataDir
    own.binDirectory = settings.postgresBin
    own.isEphemeral = settings.ephemeral
    do throws(PrivateClusterError) {
      return try PrivateCluster(
        settings: own, logger: process.logs.logger("postgres", service: "up"))
    } catch {
      throw DatabaseFailure.failure(error)
    }
  }

  private func start(_ cluster: PrivateCluster) async throws(Failure) {
    do throws(PrivateClusterError) {
      try await cluster.start()
    } catch {
      throw DatabaseFailure.failure(error)
    }
    process.runner.started(
      ServicePart("PostgreSQL", stop: .closeFully(atMost: .seconds(13)) { await cluster.stop() }))
  }
}

extension PeerAddress {
  /// Where a process of this machine reaches it: "all addresses" is none to connect to.
  var reachable: PeerAddress {
    switch host {
    case "0.0.0.0": PeerAddress(host: "127.0.0.1", port: port)
    case "::": PeerAddress(host: "::1", port: port)
    default: self
    }
  }
}

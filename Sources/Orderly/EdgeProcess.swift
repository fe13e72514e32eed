import Contracts
import Edge
import Operations
import Transport

/// The edge as part of a process: its ways to inventory and orders, its server, its health.
struct EdgeProcess: Sendable {
  private let server: EdgeServer
  private let clients: [Client]
  private let requests: HTTPMetrics
  private let process: ServerProcess

  init(_ process: ServerProcess, inventory: PeerList, orders: PeerList) throws {
    self.process = process
    // Peers that are away do not make the edge unready: it still answers, and says who is missing.
    let health = process.healthChecks("edge", [])
    let requests = try HTTPMetrics(routes: EdgeServer.routeTemplates, registry: process.metrics)
    let inventoryClient = process.client(of: "edge", to: inventory)
    let ordersClient = process.client(of: "edge", to: orders)
    var clients = [inventoryClient, ordersClient]
    var writerClient = inventoryClient
    // A single inventory answers and writes: a connection more would change nothing.
    if inventory.mayBeSeveral {
      writerClient = process.client(of: "edge", to: inventory, doing: InventoryAPI.writer)
      clients.append(writerClient)
    }
    self.requests = requests
    self.clients = clients
    server = EdgeServer(
      settings: EdgeSettings(process.settings), orders: RemoteOrders(ordersClient),
      inventory: ReplicatedInventory(
        any: RemoteInventory(inventoryClient), writer: RemoteInventory(writerClient)),
      logger: process.logs.logger("edge", service: "edge"), observer: EdgeMetrics(requests),
      isReady: { health.isReady })
  }

  /// - Returns: where it listens.
  func start() async throws(Failure) -> PeerAddress {
    let settings = process.settings
    let runner = process.runner
    for client in clients {
      runner.started(
        ServicePart("client of edge", stop: .close(atMost: .seconds(1)) { await client.shutdown() })
      )
    }
    runner.counts { [requests] in requests.endedCount }
    let port: Int
    do throws(EdgeError) {
      port = try await server.start()
    } catch {
      throw Self.failure(error, settings)
    }
    runner.started(
      ServicePart("edge", stop: .drain { [server] in await server.shutdown(within: $0) }))
    return PeerAddress(host: settings.edgeHost, port: port)
  }

  private static func failure(_ error: EdgeError, _ settings: Settings) -> Failure {
    switch error.reason {
    case .cannotListen(let host, let port, let cause):
      ListenFailure.failure(
        host: host, port: port, cause: cause, portFlag: settings.table.edgePort.flag)
    case .alreadyStarted:
      Failure(.internalError, "the edge was started twice", remedy: "please report it")
    }
  }
}

/// Hands what the edge tells of each exchange to the metrics.
private struct EdgeMetrics: EdgeObserver {
  private let metrics: HTTPMetrics

  init(_ metrics: HTTPMetrics) { self.metrics = metrics }

  func exchangeEnded(_ exchange: EdgeExchange) {
    metrics.requestEnded(
      route: exchange.route, method: exchange.method, status: exchange.status,
      nanoseconds: UInt64(clamping: exchange.duration.wholeNanoseconds))
  }
}

extension EdgeSettings {
  init(_ settings: Settings) {
    self.init()
    host = settings.edgeHost
    port = settings.edgePort
    timeoutDefault = settings.edgeTimeoutDefault
    timeoutMax = settings.edgeTimeoutMax
    bodyMax = settings.edgeBodyMax.bytes
    headerMax = settings.edgeHeaderMax.bytes
    headerFieldsMax = settings.edgeHeaderFieldsMax
    targetMax = settings.edgeTargetMax.bytes
    inflightMax = settings.edgeInflightMax
    connectionsMax = settings.edgeConnectionsMax
    bodyTimeout = settings.edgeBodyTimeout
    idleTimeout = settings.edgeIdleTimeout
    keyRequired = settings.edgeKeyRequired
    accessLog =
      switch settings.logAccess {
      case .off: .off
      case .errors: .errors
      case .all: .all
      }
  }
}

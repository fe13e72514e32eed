internal import Contracts
internal import Logging
internal import RPC
internal import Transport

/// Ordinary clients of both services, for what is asked before and after the load.
struct ShopClients: Sendable {
  let inventory: RemoteInventory
  private let orders: RemoteOrders
  private let clients: [Client]
  /// A service that takes a question and never answers it must not keep a run from ending.
  private static let answerTimeMax = Duration.seconds(60)

  init(_ configuration: RunConfiguration, credentials: TLSCredentials?, logger: Logger) {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .nanoseconds(RunConfiguration.connectLimit.nanoseconds)
    settings.tls = credentials
    settings.tlsServerName = configuration.tls?.serverName
    clients = [configuration.inventory, configuration.orders].map {
      Client(
        [$0.description], settings: settings, logger: logger,
        interceptors: [DefaultTimeout(Self.answerTimeMax)])
    }
    inventory = RemoteInventory(clients[0])
    orders = RemoteOrders(clients[1])
  }

  func verification(_ workload: Workload) -> OrderVerification<RemoteInventory, RemoteOrders> {
    OrderVerification(workload: workload, inventory: inventory, orders: orders)
  }

  func close() async {
    for client in clients { await client.shutdown() }
  }

  /// Status, reason and message on one line.
  static func cause(_ error: RPCError) -> String {
    let reason = error.detail(ErrorInfo.self).map { "/" + $0.reason } ?? ""
    return "\(error.code.name)\(reason) \(error.message)"
  }
}

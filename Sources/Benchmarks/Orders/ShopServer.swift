import ArgumentParser
import Contracts
import Foundation
import Inventory
import Logging
import NIOPosix
import Operations
import Orders
import Postgres
import RPC
import Transport

/// One of the two services in a process of its own, so that its processor time can be told from
/// the other's. It answers each line of its standard input with how many batches it has written on
/// the fast path and on the slow one, and ends when its standard input does.
struct ShopServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shop", abstract: "Serves inventory or orders on a free port.",
    shouldDisplay: false)

  enum Service: String, ExpressibleByArgument { case inventory, orders }

  @Argument var service: Service
  @Option(help: "The service's database, as libpq takes it.") var database: String
  @Option(help: "host:port of inventory, for orders.") var inventory = ""
  @Option(help: "Event loops.") var loops = 1

  private static func print(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
  }

  func run() async throws {
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    var router = Router()
    let batches: BatchCounts
    switch service {
    case .inventory:
      var settings = InventorySettings()
      settings.executor = EventLoopExecutor(of: group)
      settings.writers = .sole
      settings.isAlone = true
      let node = try InventoryNode(
        settings: settings, connectionString: database, logger: logger)
      try await node.start()
      batches = node.batches
      router.register(node.handlers)
    case .orders:
      let client = Client([inventory], logger: logger, group: group)
      var settings = OrdersSettings()
      settings.executor = client.executor
      let node = try OrdersNode(
        settings: settings, connectionString: database, inventory: RemoteInventory(client),
        logger: logger)
      try await node.start()
      batches = node.batches
      router.register(node.handlers)
    }
    let server = Server(router: router, logger: logger, group: group)
    let port = try await server.start(host: "127.0.0.1", port: 0)
    Self.print("port \(port)")
    // A thread of its own: it waits for lines most of the time.
    Thread.detachNewThread {
      while readLine() != nil { Self.print("\(batches.fast) \(batches.slow)") }
      Foundation.exit(0)
    }
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}

import Foundation

/// Inventory and orders, each in a process of its own.
struct RunningShop {
  let inventory: PinnedProcess
  let orders: PinnedProcess
  /// host:port of orders.
  let target: String

  init(_ databases: ShopDatabases) throws {
    let program = CommandLine.arguments[0]
    inventory = try PinnedProcess([
      program, "shop", "inventory", "--database", databases.connectionString("inventory"),
    ])
    let address = "127.0.0.1:\(try Self.port(inventory))"
    orders = try PinnedProcess([
      program, "shop", "orders", "--database", databases.connectionString("orders"),
      "--inventory", address,
    ])
    target = "127.0.0.1:\(try Self.port(orders))"
  }

  private static func port(_ process: PinnedProcess) throws -> Int {
    guard let port = Int(try process.firstLine().dropFirst("port ".count)) else {
      throw BenchFailure("a service did not start")
    }
    return port
  }

  func stop() {
    orders.stop()
    inventory.stop()
  }
}

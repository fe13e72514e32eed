import Foundation

/// Inventory and orders, each in a process of its own.
struct RunningShop {
  let inventory: PinnedProcess
  let orders: PinnedProcess
  /// host:port of orders.
  let target: String
  /// host:port of inventory.
  let inventoryTarget: String

  init(_ databases: ShopDatabases) throws {
    let program = CommandLine.arguments[0]
    inventory = try PinnedProcess([
      program, "shop", "inventory", "--database", databases.connectionString("inventory"),
    ])
    inventoryTarget = "127.0.0.1:\(try Self.port(inventory))"
    orders = try PinnedProcess([
      program, "shop", "orders", "--database", databases.connectionString("orders"),
      "--inventory", inventoryTarget,
    ])
    target = "127.0.0.1:\(try Self.port(orders))"
  }

  private static func port(_ process: PinnedProcess) throws -> Int {
    guard let port = Int(try process.nextLine().dropFirst("port ".count)) else {
      throw BenchFailure("a service did not start")
    }
    return port
  }

  /// Batches written so far by each path, of holds and of orders.
  struct Batches {
    var holds: (fast: Int, slow: Int)
    var orders: (fast: Int, slow: Int)
  }

  func batches() throws -> Batches {
    Batches(holds: try Self.batches(inventory), orders: try Self.batches(orders))
  }

  private static func batches(_ process: PinnedProcess) throws -> (fast: Int, slow: Int) {
    let numbers = try process.answer(to: "batches").split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 2 else { throw BenchFailure("a service does not tell its batches") }
    return (numbers[0], numbers[1])
  }

  func stop() {
    orders.stop()
    inventory.stop()
  }
}

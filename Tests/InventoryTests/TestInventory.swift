import Contracts
import Logging
import Operations
import RPC
import TestSupport
import Testing

@testable import Inventory

/// The tests that need a PostgreSQL. They run one after the other: the server has a hundred
/// connections, and a node takes a handful.
@Suite(.serialized) enum InventoryOnPostgres {}

/// An inventory on a database of its own, and a session to look at it.
struct TestInventory {
  let node: InventoryNode
  let database: String
  let session: TestSession

  var handlers: InventoryHandlers { node.handlers }

  static let tables = ["catalogue", "stock", "hold", "hold_line", "movement", "stock_log"]
  /// The tables in which a refusal must leave nothing.
  static let ordering = ["catalogue", "stock", "hold", "hold_line", "movement"]

  static func withNode(
    settings: InventorySettings = InventorySettings(), stock: [(String, Int64)] = [],
    _ body: (TestInventory) async throws -> Void
  ) async throws {
    let database = try await ThrowAwayPostgres.shared.makeDatabase()
    let node = try makeNode(database, settings)
    try await node.start()
    let session = try await TestSession(database)
    let inventory = TestInventory(node: node, database: database, session: session)
    do {
      if !stock.isEmpty { try await inventory.add(stock) }
      try await body(inventory)
    } catch {
      await node.stop()
      throw error
    }
    let breaches = try await InvariantChecks.breaches(of: InvariantChecks.inventory, in: database)
    #expect(breaches == [])
    await session.close()
    await node.stop()
  }

  static func makeNode(
    _ database: String, _ settings: InventorySettings = InventorySettings()
  ) throws -> InventoryNode {
    var logger = Logger(label: "inventory-test")
    logger.logLevel = .critical
    return try InventoryNode(settings: settings, connectionString: database, logger: logger)
  }

  /// Puts pieces on hand, at 100 cents each.
  func add(_ stock: [(String, Int64)], ref: String = "start", price: Int64 = 100) async throws {
    _ = try await handlers.adjustStock(
      AdjustStockRequest(
        ref: ref, reason: "receipt", actor: "test",
        items: stock.map {
          StockAdjustment(sku: $0.0, delta: $0.1, unitPriceMinor: price, currency: "EUR")
        }), CallContext())
  }

  static func hold(_ id: String, _ lines: [(String, Int64)]) -> Hold {
    Hold(orderID: id, lines: lines.map { StockLine(sku: $0.0, quantity: $0.1) })
  }

  static func freshID() -> String {
    var random = SystemRandomNumberGenerator()
    return OrderID(high: random.next(), low: random.next()).description
  }

  func reserve(_ holds: [Hold]) async throws(RPCError) -> [HoldOutcome] {
    try await handlers.reserveStock(ReserveStockRequest(holds: holds), CallContext()).outcomes
  }

  func reserve(_ id: String, _ lines: [(String, Int64)]) async throws -> HoldOutcome {
    try #require(try await reserve([Self.hold(id, lines)]).first)
  }

  func check(_ lines: [(String, Int64)]) async throws(RPCError) -> [StockAnswer] {
    try await handlers.checkStock(
      CheckStockRequest(lines: lines.map { StockLine(sku: $0.0, quantity: $0.1) }),
      CallContext()
    ).lines
  }

  func figures() async throws -> [String] {
    try await session.texts("SELECT sku, on_hand, reserved FROM stock ORDER BY sku")
  }
}

/// The error a call ends with, or nil when it does not.
func failure(_ body: () async throws(RPCError) -> Void) async -> RPCError? {
  do throws(RPCError) {
    try await body()
    return nil
  } catch {
    return error
  }
}

extension RPCError {
  var reason: String? { detail(ErrorInfo.self)?.reason }
  var metadata: [String: String] { detail(ErrorInfo.self)?.metadata ?? [:] }
  var fields: [String] { detail(BadRequest.self)?.fieldViolations.map(\.field) ?? [] }
}

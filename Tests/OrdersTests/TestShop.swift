import Contracts
import Logging
import Operations
import RPC
import TestSupport
import Testing
import Wire

@testable import Inventory
@testable import Orders

/// The tests that need a PostgreSQL. They run one after the other: the server has a hundred
/// connections, and a shop takes a dozen.
@Suite(.serialized) enum OrdersOnPostgres {}

/// Both services in one process, each on a database of its own, and sessions to look at them.
struct TestShop {
  let inventory: InventoryNode
  let watched: WatchedInventory
  let orders: OrdersNode
  let stockSession: TestSession
  let orderSession: TestSession

  var handlers: OrderHandlers { orders.handlers }

  static let stockTables = ["catalogue", "stock", "hold", "hold_line", "movement", "stock_log"]
  static let orderTables = ["orders", "order_line", "order_log", "settle_due"]

  static func with(
    settings: OrdersSettings = OrdersSettings(), stock: [(String, Int64)] = [("A", 10)],
    _ body: (TestShop) async throws -> Void
  ) async throws {
    let stockDatabase = try await ThrowAwayPostgres.shared.makeDatabase()
    let orderDatabase = try await ThrowAwayPostgres.shared.makeDatabase()
    let inventory = try InventoryNode(connectionString: stockDatabase, logger: logger)
    try await inventory.start()
    let watched = WatchedInventory(inventory.handlers)
    let orders = try OrdersNode(
      settings: settings, connectionString: orderDatabase, inventory: watched, logger: logger)
    try await orders.start()
    let shop = TestShop(
      inventory: inventory, watched: watched, orders: orders,
      stockSession: try await TestSession(stockDatabase),
      orderSession: try await TestSession(orderDatabase))
    var failure: (any Error)?
    do {
      try await shop.add(stock)
      try await body(shop)
      let breaches = try await InvariantChecks.breaches(
        of: InvariantChecks.inventory, in: stockDatabase)
      #expect(breaches == [])
    } catch {
      failure = error
    }
    await shop.stockSession.close()
    await shop.orderSession.close()
    await orders.stop()
    await inventory.stop()
    if let failure { throw failure }
  }

  static var logger: Logger {
    var logger = Logger(label: "orders-test")
    logger.logLevel = .critical
    return logger
  }

  /// A second replica of orders on the same databases.
  func secondOrders(settings: OrdersSettings = OrdersSettings()) async throws -> OrdersNode {
    let node = try OrdersNode(
      settings: settings, connectionString: orderSession.connectionString, inventory: watched,
      logger: Self.logger)
    try await node.start()
    return node
  }

  func add(
    _ stock: [(String, Int64)], ref: String = "start", price: Int64 = 100, currency: String = "EUR"
  ) async throws {
    guard !stock.isEmpty else { return }
    _ = try await inventory.handlers.adjustStock(
      AdjustStockRequest(
        ref: ref, reason: "receipt", actor: "test",
        items: stock.map {
          StockAdjustment(sku: $0.0, delta: $0.1, unitPriceMinor: price, currency: currency)
        }), CallContext())
  }

  static func request(
    _ lines: [(String, Int64)], key: String = "", customer: String = "c-1",
    currency: String = "EUR"
  ) -> PlaceOrderRequest {
    PlaceOrderRequest(
      customerID: customer, currency: currency,
      lines: lines.map { PlaceOrderLine(sku: $0.0, quantity: $0.1) }, requestID: key)
  }

  /// What a caller got.
  struct Answer: Sendable {
    var receipt: Receipt?
    var error: RPCError?
    var isReplay = false

    var bytes: [UInt8]? { receipt?.wireBytes }
  }

  func place(
    _ request: PlaceOrderRequest, on node: OrdersNode? = nil, deadline: Deadline = .never
  ) async -> Answer {
    let call = CallContext(deadline: deadline)
    var answer = Answer()
    do throws(RPCError) {
      answer.receipt = try await (node ?? orders).handlers.placeOrder(request, call)
    } catch {
      answer.error = error
    }
    answer.isReplay = call.trailingMetadata[first: "orderly-replayed"] == "true"
    return answer
  }

  func place(
    _ lines: [(String, Int64)], key: String = "", deadline: Deadline = .never
  ) async -> Answer {
    await place(Self.request(lines, key: key), deadline: deadline)
  }

  /// How many pieces, over all SKUs, have to be promised to orders.
  func expectReserved(
    _ pieces: Int64, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let reserved = try await stockSession.number("SELECT sum(reserved) FROM stock")
    #expect(reserved == pieces, sourceLocation: sourceLocation)
  }

  /// Rows of every table of both databases.
  func rowCounts() async throws -> [Int64] {
    try await stockSession.rowCounts(Self.stockTables)
      + (try await orderSession.rowCounts(Self.orderTables))
  }
}

extension RPCError {
  var reason: String? { detail(ErrorInfo.self)?.reason }
  var metadata: [String: String] { detail(ErrorInfo.self)?.metadata ?? [:] }
  var fields: [String] { detail(BadRequest.self)?.fieldViolations.map(\.field) ?? [] }
}

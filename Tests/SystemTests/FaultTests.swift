import Contracts
import Foundation
import Logging
import Postgres
import RPC
import TestSupport
import Testing
import Transport

/// Three processes against one PostgreSQL, killed at random moments while orders come in.
@Suite struct FaultTests {
  /// Inventory and orders as processes that can be killed and started again on their ports.
  actor Services {
    let inventoryDatabase: String
    let ordersDatabase: String
    private(set) var inventory = ""
    private(set) var orders = ""
    private var programs: [String: RunningProgram] = [:]

    init() async throws {
      inventoryDatabase = try await ThrowAwayPostgres.shared.makeDatabase()
      ordersDatabase = try await ThrowAwayPostgres.shared.makeDatabase()
      try await start("inventory")
      try await start("orders")
    }

    func start(_ name: String) async throws {
      var arguments = [name, "--admin-port", "0"]
      let known = name == "inventory" ? inventory : orders
      arguments += ["--\(name)-port", known.split(separator: ":").last.map(String.init) ?? "0"]
      arguments += [
        "--\(name)-database", name == "inventory" ? inventoryDatabase : ordersDatabase,
      ]
      if name == "orders" { arguments += ["--orders-inventory", inventory] }
      let program = try RunningProgram(try BuiltPrograms.path("orderly"), arguments)
      programs[name] = program
      let line = try await program.line("ready ")
      let address = line.split(separator: "=").last.map(String.init) ?? ""
      if name == "inventory" { inventory = address } else { orders = address }
    }

    func kill(_ name: String) async throws {
      programs[name]?.send(SIGKILL)
      _ = try await programs[name]?.end()
    }

    func edge() throws -> RunningProgram {
      try RunningProgram(
        try BuiltPrograms.path("orderly"),
        [
          "edge", "--admin-port", "0", "--edge-port", "0", "--edge-inventory", inventory,
          "--edge-orders", orders,
        ])
    }

    func stop() async throws -> [Int32] {
      var codes: [Int32] = []
      for name in ["orders", "inventory"] {
        programs[name]?.send(SIGTERM)
        if let code = try await programs[name]?.end() { codes.append(code) }
      }
      return codes
    }
  }

  /// What callers were told.
  actor Receipts {
    private(set) var all: [Int: Receipt] = [:]

    func keep(_ receipt: Receipt, of number: Int) {
      all[number] = receipt
    }
  }

  static let skus = (1...5).map { "PART-\($0)" }
  static let stock: Int64 = 120

  static func fill(_ client: Client) async throws {
    var request = AdjustStockRequest()
    request.ref = "opening"
    request.reason = "receipt"
    request.actor = "test"
    request.items = skus.map { sku in
      var item = StockAdjustment()
      item.sku = sku
      item.delta = stock
      item.unitPriceMinor = 100
      item.currency = "EUR"
      return item
    }
    _ = try await RemoteInventory(client).adjustStock(request, CallContext())
  }

  static func client(_ address: String) -> Client {
    var settings = ClientSettings()
    settings.backoff.initial = .milliseconds(50)
    settings.backoff.max = .milliseconds(200)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return Client([address], settings: settings, logger: logger)
  }

  static func order(_ number: Int) -> PlaceOrderRequest {
    var request = PlaceOrderRequest()
    request.customerID = "customer-\(number % 7)"
    request.requestID = "key-\(number)"
    request.currency = "EUR"
    request.lines = [0, 1].map { offset in
      var line = PlaceOrderLine()
      line.sku = skus[(number + offset * (1 + number % 3)) % skus.count]
      line.quantity = Int64(1 + number % 2)
      return line
    }
    return request
  }

  /// Asks until the answer is definite: a receipt, or a refusal.
  static func place(_ number: Int, _ client: Client) async throws -> Receipt? {
    for _ in 0..<400 {
      do throws(RPCError) {
        return try await RemoteOrders(client).placeOrder(
          order(number), CallContext(deadline: .after(.seconds(5))))
      } catch {
        if error.code == .failedPrecondition { return nil }
        guard [.unavailable, .deadlineExceeded, .aborted, .internalError].contains(error.code)
        else { throw error }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    throw SystemFailure("order \(number) has had no definite answer")
  }

  @Test func `kills at any moment lose no acknowledged order, double none, oversell nothing`()
    async throws
  {
    let services = try await Services()
    let inventory = Self.client(await services.inventory)
    let orders = Self.client(await services.orders)
    try await Self.fill(inventory)

    let receipts = Receipts()
    let rounds = TestEffort.count(10)
    let count = 60 * rounds
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for round in 0..<rounds {
          try await Task.sleep(for: .milliseconds(Int.random(in: 30...250)))
          let victim = round % 2 == 0 ? "orders" : "inventory"
          try await services.kill(victim)
          try await services.start(victim)
        }
      }
      for worker in 0..<20 {
        group.addTask {
          for number in stride(from: worker, to: count, by: 20) {
            guard let receipt = try await Self.place(number, orders) else { continue }
            await receipts.keep(receipt, of: number)
          }
        }
      }
      try await group.waitForAll()
    }

    // Every receipt is the one the key still stands for, byte for byte.
    let acknowledged = await receipts.all
    #expect(!acknowledged.isEmpty)
    for (number, receipt) in acknowledged {
      #expect(try await Self.place(number, orders) == receipt)
    }
    await orders.shutdown()
    await inventory.shutdown()
    #expect(try await services.stop() == [0, 0])

    let books = try await TestSession(services.inventoryDatabase)
    for check in InvariantChecks.inventory {
      #expect(try await books.texts(check.sql) == [], "\(check.name)")
    }
    #expect(
      try await books.number("SELECT count(*) FROM stock WHERE reserved > \(Self.stock)") == 0)
    let ledger = try await TestSession(services.ordersDatabase)
    let stored = try await ledger.number("SELECT count(*) FROM orders WHERE status <> 3")
    #expect(stored == Int64(acknowledged.count))
    #expect(
      try await ledger.texts(
        "SELECT request_id FROM orders GROUP BY customer_id, request_id HAVING count(*) > 1")
        == [])
    await books.close()
    await ledger.close()
  }

  @Test func `three processes and one PostgreSQL take an order from curl`() async throws {
    let services = try await Services()
    let inventory = Self.client(await services.inventory)
    try await Self.fill(inventory)
    let edge = try await services.edge()
    let line = try await edge.line("ready ")
    let address = try #require(line.range(of: "http://")).lowerBound
    let curl = Curl(edge: String(line[address...].prefix { $0 != " " }))
    let placed = try await curl(
      "POST", "/v1/orders",
      #"{"customerId":"eve","currency":"EUR","lines":[{"sku":"PART-1","quantity":1}]}"#)
    #expect(placed.status == 201)
    let location = try #require(placed.headers["location"])
    #expect(try await curl("GET", location).status == 200)

    // Without inventory an order is refused as unavailable, never as sold out.
    try await services.kill("inventory")
    let refused = try await curl(
      "POST", "/v1/orders",
      #"{"customerId":"eve","currency":"EUR","lines":[{"sku":"PART-1","quantity":1}]}"#)
    #expect(refused.status == 503)
    #expect(refused.json[text: "reason"] == "INVENTORY_UNAVAILABLE")
    #expect(refused.headers["retry-after"] != nil)
    #expect(try await curl("GET", location).status == 200)

    edge.send(SIGTERM)
    #expect(try await edge.end() == 0)
    await inventory.shutdown()
    _ = try await services.stop()
  }
}

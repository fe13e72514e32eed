import Contracts
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  /// Many orders at once, and at the end every one of them accounted for.
  @Suite struct LoadTests {
    @Test func `of a hundred clients for the last piece exactly one gets it`() async throws {
      for key in ["", "k"] {
        try await TestShop.with(stock: [("A", 1)]) { shop in
          let answers = await withTaskGroup(of: TestShop.Answer.self) { group in
            for number in 0..<100 {
              group.addTask { await shop.place([("A", 1)], key: key.isEmpty ? "" : "k\(number)") }
            }
            return await group.reduce(into: [TestShop.Answer]()) { $0.append($1) }
          }
          #expect(answers.count { $0.receipt != nil } == 1)
          #expect(answers.count { $0.error?.reason == "OUT_OF_STOCK" } == 99)
          try await shop.expectReserved(1)
          for session in [shop.stockSession, shop.orderSession] {
            #expect(try await session.number(Self.deadlocks) == 0)
          }
        }
      }
    }

    static let deadlocks =
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

    /// Settles whatever is open, then looks at everything.
    /// - Parameter driver: names the seed, with which a failure is run again.
    static func expectClean(
      _ shop: TestShop, _ driver: OrderDriver, _ result: OrderDriver.Result
    ) async throws {
      let about = Comment(rawValue: "seed \(driver.seed): \(result)")
      #expect(result.open == 0, about)
      try await settle(shop)
      let breaches = try await InvariantChecks.settledBreaches(
        inventory: shop.stockSession.connectionString, orders: shop.orderSession.connectionString)
      #expect(breaches == [], about)
      let acknowledged = try await shop.orderSession.number(
        "SELECT count(DISTINCT order_id) FROM client_ok")
      let stored = try await shop.orderSession.number(
        "SELECT count(*) FROM orders WHERE status <> 3")
      #expect(stored == acknowledged, about)
      for session in [shop.stockSession, shop.orderSession] {
        #expect(try await session.number(deadlocks) == 0, about)
      }
    }

    /// Asks about every hold and tells everything that is due until nothing is left, as the
    /// services do by themselves, but without waiting until holds are old.
    static func settle(_ shop: TestShop) async throws {
      var settings = InventorySettings()
      settings.askAfter = .zero
      let node = try InventoryNode(
        settings: settings, connectionString: shop.stockSession.connectionString,
        logger: TestShop.logger)
      try await node.start()
      let resolver = node.resolver(asking: shop.handlers)
      for _ in 0..<1_000 {
        _ = await shop.handlers.relay.tellOnce()
        _ = await resolver.settleOnce()
        let held = try await shop.stockSession.number(
          "SELECT count(*) FROM hold WHERE state = 1")
        let due = try await shop.orderSession.number("SELECT count(*) FROM settle_due")
        if held == 0, due == 0 { break }
        try await Task.sleep(for: .milliseconds(5))
      }
      await node.stop()
    }

    /// What must hold at any moment is looked at while `body` runs, and that what is available and
    /// what is reserved of each SKU have one sum, which only an adjustment changes.
    static func watching<Value: Sendable>(
      _ shop: TestShop, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
      let sums = try await shop.stockSession.texts(sumsOfStock)
      let watcher = Task {
        while !Task.isCancelled {
          let breaches = try await InvariantChecks.breaches(
            of: InvariantChecks.inventory, in: shop.stockSession.connectionString)
          #expect(breaches == [])
          let now = try await shop.stockSession.texts(sumsOfStock)
          #expect(now == sums)
          if !breaches.isEmpty || now != sums { return }
        }
      }
      do {
        let value = try await body()
        watcher.cancel()
        try await watcher.value
        return value
      } catch {
        watcher.cancel()
        throw error
      }
    }

    private static let sumsOfStock = """
      SELECT sku, greatest(0, on_hand + backorder_limit - reserved) + reserved AS n FROM stock
      ORDER BY sku
      """

    @Test(arguments: [UInt64(1), 2])
    func `crosswise baskets on two replicas end with everything accounted for`(
      seed: UInt64
    ) async throws {
      let skus = (0..<10).map { "S\($0)" }
      try await TestShop.with(stock: skus.map { ($0, 150) }) { shop in
        try await shop.orderSession.run(InvariantChecks.driverLogSQL)
        let other = try await shop.secondOrders()
        var driver = OrderDriver(seed: seed, services: [shop.handlers, other.handlers], skus: skus)
        driver.inFlight = 32
        driver.cancels = 2
        driver.rivals = 2
        let result = try await Self.watching(shop) { [driver] in
          try await driver.run(logIn: shop.orderSession.connectionString)
        }
        #expect(result.placed > 100 && result.refused > 0 && result.cancelled > 0)
        try await Self.expectClean(shop, driver, result)
        await other.stop()
      }
    }

    /// Backends of both databases are killed after every few answers: whatever was in flight is in
    /// whole or not at all, and no order is doubled or lost.
    @Test func `cut connections double nothing and lose nothing`() async throws {
      let skus = (0..<10).map { "S\($0)" }
      try await TestShop.with(stock: skus.map { ($0, 400) }) { shop in
        try await shop.orderSession.run(InvariantChecks.driverLogSQL)
        let cuts = Mutex(Int64(0))
        var driver = OrderDriver(seed: 3, services: [shop.handlers], skus: skus)
        driver.requests = 800
        driver.cancels = 1
        driver.afterAnswer = { count in
          guard count % 20 == 0 else { return }
          let session = count % 40 == 0 ? shop.stockSession : shop.orderSession
          let cut = try await session.number(Self.cutActive)
          cuts.withLock { $0 += cut }
        }
        let result = try await driver.run(logIn: shop.orderSession.connectionString)
        #expect(cuts.withLock { $0 } > 0)
        try await Self.expectClean(shop, driver, result)
      }
    }

    private static let cutActive = """
      SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'orderly' AND state = 'active'
      """
  }
}

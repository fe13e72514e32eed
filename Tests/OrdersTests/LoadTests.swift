import Contracts
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

    private static let deadlocks =
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

    static func expectClean(_ shop: TestShop, _ result: LoadDriver.Result) async throws {
      #expect(result.open == 0)
      let breaches =
        try await InvariantChecks.breaches(
          of: InvariantChecks.inventory, in: shop.stockSession.connectionString)
        + InvariantChecks.breaches(
          of: InvariantChecks.orders, in: shop.orderSession.connectionString)
      #expect(breaches == [])
      let acknowledged = try await shop.orderSession.number("SELECT count(*) FROM client_ok")
      let stored = try await shop.orderSession.number("SELECT count(*) FROM orders")
      #expect(acknowledged == Int64(result.placed) && stored == acknowledged)
      for session in [shop.stockSession, shop.orderSession] {
        #expect(try await session.number(deadlocks) == 0)
      }
    }

    @Test(arguments: [UInt64(1), 2])
    func `crosswise baskets on two replicas end with everything accounted for`(
      seed: UInt64
    ) async throws {
      let skus = (0..<10).map { "S\($0)" }
      try await TestShop.with(stock: skus.map { ($0, 150) }) { shop in
        let other = try await shop.secondOrders()
        let driver = LoadDriver(shop: shop, nodes: [shop.orders, other], seed: seed, skus: skus)
        let watcher = Task { try await Self.watch(shop) }
        let result = try await driver.run(requests: 600, inFlight: 32)
        watcher.cancel()
        #expect(try await watcher.value == [])
        #expect(result.placed > 100 && result.refused > 0)
        try await Self.expectClean(shop, result)
        await other.stop()
      }
    }

    /// What must hold at any moment is looked at during the load too, until something is found.
    private static func watch(_ shop: TestShop) async throws -> [InvariantChecks.Breach] {
      while !Task.isCancelled {
        let breaches = try await InvariantChecks.breaches(
          of: InvariantChecks.inventory, in: shop.stockSession.connectionString)
        if !breaches.isEmpty { return breaches }
      }
      return []
    }

    /// The backends of both databases are killed over and over while orders are placed: whatever
    /// was in flight is in whole or not at all, and no order is doubled or lost.
    @Test func `cut connections double nothing and lose nothing`() async throws {
      let skus = (0..<10).map { "S\($0)" }
      try await TestShop.with(stock: skus.map { ($0, 400) }) { shop in
        let driver = LoadDriver(shop: shop, nodes: [shop.orders], seed: 3, skus: skus)
        let killer = Task {
          var cuts: Int64 = 0
          while !Task.isCancelled {
            for session in [shop.stockSession, shop.orderSession] {
              cuts += try await session.number(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'orderly'
                  AND state = 'active'
                """)
            }
            try? await Task.sleep(for: .milliseconds(15))
          }
          return cuts
        }
        let result = try await driver.run(requests: 800, inFlight: 24)
        killer.cancel()
        let cuts = try await killer.value
        #expect(cuts > 0)
        try await Self.expectClean(shop, result)
      }
    }
  }
}

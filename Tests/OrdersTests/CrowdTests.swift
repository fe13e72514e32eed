import Contracts
import Operations
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  /// Crowds for what is scarce, and clocks that are wrong.
  @Suite struct CrowdTests {
    /// Baskets name the same SKUs in every order, so that locks taken in the order of the request
    /// would meet head on.
    @Test func `a thousand clients with crossing baskets get exactly what there is`() async throws {
      let skus = (0..<6).map { "S\($0)" }
      try await TestShop.with(stock: skus.map { ($0, 1_000) }) { shop in
        let other = try await shop.secondOrders()
        let seed = TestEffort.firstSeed
        let wanted = Mutex([String: Int64]())
        let answers = await withTaskGroup(of: TestShop.Answer.self) { group in
          for number in 0..<1_000 {
            var random = SeededRandom(seed: seed &* 7_919 &+ UInt64(number))
            // S0 is in every basket, once or twice: more than there is.
            let basket = skus.shuffled(using: &random).prefix(3) + ["S0"]
            let lines = basket.map { ($0, Int64.random(in: 1...2, using: &random)) }
            wanted.withLock { wanted in
              for (sku, count) in lines { wanted[sku, default: 0] += count }
            }
            let node = number % 2 == 0 ? shop.orders : other
            group.addTask {
              await shop.place(
                TestShop.request(lines, key: number % 3 == 0 ? "" : "k\(number)"), on: node)
            }
          }
          return await group.reduce(into: [TestShop.Answer]()) { $0.append($1) }
        }
        await other.stop()
        #expect(wanted.withLock { $0["S0", default: 0] } > 1_000)
        let kinds = Set(answers.map { $0.error?.reason ?? "OK" })
        #expect(kinds == ["OK", "OUT_OF_STOCK"], "seed \(seed)")
        var sold: [String: Int64] = [:]
        for line in answers.compactMap(\.receipt).flatMap(\.lines) {
          sold[line.sku, default: 0] += line.quantity
        }
        // The smallest basket takes one piece of S0: nobody is refused while one is left.
        #expect(sold["S0", default: 0] >= 999, "seed \(seed)")
        for sku in skus {
          let reserved = try await shop.stockSession.number(
            "SELECT reserved FROM stock WHERE sku = '\(sku)'")
          #expect(reserved == sold[sku, default: 0] && reserved <= 1_000, "seed \(seed)")
        }
        for session in [shop.stockSession, shop.orderSession] {
          let deadlocks = try await session.number(LoadTests.deadlocks)
          #expect(deadlocks == 0)
        }
      }
    }

    @Test(arguments: [Int64(1), 1_000])
    func `sold is the smaller of what there is and what is asked`(stock: Int64) async throws {
      try await TestShop.with(stock: [("A", stock)]) { shop in
        let answers = await withTaskGroup(of: TestShop.Answer.self) { group in
          for number in 0..<1_200 {
            group.addTask {
              await shop.place([("A", 1)], key: number % 2 == 0 ? "" : "k\(number)")
            }
          }
          return await group.reduce(into: [TestShop.Answer]()) { $0.append($1) }
        }
        #expect(answers.count { $0.receipt != nil } == Int(stock))
        #expect(answers.count { $0.error?.reason == "OUT_OF_STOCK" } == 1_200 - Int(stock))
        try await shop.expectReserved(stock)
      }
    }

    /// Each key goes out twenty times at once, to two replicas, with two bodies; there are fewer
    /// pieces than keys.
    @Test func `a key sent twenty times with two bodies is one order`() async throws {
      let skus = (0..<4).map { "S\($0)" }
      try await TestShop.with(stock: skus.map { ($0, 12) }) { shop in
        try await shop.orderSession.run(InvariantChecks.driverLogSQL)
        let other = try await shop.secondOrders()
        var driver = OrderDriver(
          seed: TestEffort.firstSeed, services: [shop.handlers, other.handlers], skus: skus)
        driver.requests = 40
        driver.inFlight = 8
        driver.rivals = 10
        driver.copies = 10
        driver.quantityMax = 1
        let result = try await driver.run(logIn: shop.orderSession.connectionString)
        #expect(result.placed > 0 && result.reasons["REQUEST_ID_REUSED", default: 0] > 0)
        try await LoadTests.expectClean(shop, driver, result)
        // Nobody hears of a shortage whose key had a receipt.
        let refused = try await shop.orderSession.texts(Self.refusedAlthoughPlaced)
        #expect(refused == [], "seed \(driver.seed)")
        await other.stop()
      }
    }

    private static let refusedAlthoughPlaced = """
      SELECT s.request_id FROM client_answer s WHERE s.reason = 'OUT_OF_STOCK' AND EXISTS (
        SELECT 1 FROM client_answer o WHERE o.code = 0 AND o.customer_id = s.customer_id
          AND o.request_id = s.request_id AND o.body_digest = s.body_digest)
      """

    @Test func `of twenty that race for the last piece under one key none hears of a shortage`()
      async throws
    {
      try await TestShop.with(stock: [("A", 1)]) { shop in
        let other = try await shop.secondOrders()
        let answers = await withTaskGroup(of: TestShop.Answer.self) { group in
          for number in 0..<20 {
            group.addTask {
              await shop.place(
                TestShop.request([("A", 1)], key: "last"),
                on: number % 2 == 0 ? shop.orders : other)
            }
          }
          return await group.reduce(into: [TestShop.Answer]()) { $0.append($1) }
        }
        await other.stop()
        #expect(Set(answers.map { $0.bytes }).count == 1)
        #expect(answers.allSatisfy { $0.receipt != nil })
        try await shop.expectReserved(1)
      }
    }

    /// The time of day tells when an order was placed and decides nothing.
    @Test func `clocks that jump by an hour or a year change no outcome`() async throws {
      let hour: Int64 = 3_600_000_000
      let jumps = [0, hour, -hour, 8_766 * hour, -8_766 * hour]
      let count = Mutex(0)
      var settings = OrdersSettings()
      settings.clock = WallClock {
        let jump = count.withLock { count in
          count += 1
          return jumps[count % jumps.count]
        }
        return Microseconds(sinceEpoch: WallClock.system.now().sinceEpoch + jump)
      }
      let skus = (0..<5).map { "S\($0)" }
      try await TestShop.with(settings: settings, stock: skus.map { ($0, 120) }) { shop in
        try await shop.orderSession.run(InvariantChecks.driverLogSQL)
        let other = try await shop.secondOrders(settings: settings)
        var driver = OrderDriver(
          seed: TestEffort.firstSeed, services: [shop.handlers, other.handlers], skus: skus)
        driver.requests = 300
        driver.cancels = 3
        driver.repeats = 3
        driver.rivals = 2
        let result = try await driver.run(logIn: shop.orderSession.connectionString)
        #expect(result.placed > 50 && result.cancelled > 0)
        let kinds = Set(result.reasons.keys)
        #expect(
          kinds.isSubset(of: [
            "OUT_OF_STOCK", "REQUEST_ID_REUSED", "ORDER_ABORTED", "REQUEST_IN_PROGRESS",
          ]), "\(result)")
        try await LoadTests.expectClean(shop, driver, result)
        await other.stop()
      }
    }
  }
}

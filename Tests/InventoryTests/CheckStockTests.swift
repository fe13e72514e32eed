import Contracts
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct CheckStockTests {
    @Test func `each line is answered in the order asked, also twice and unknown`() async throws {
      try await TestInventory.withNode(stock: [("A", 5), ("B", 0)]) { inventory in
        let before = try await inventory.session.rowCounts(TestInventory.tables)
        let lines = try await inventory.check([("B", 1), ("X", 2), ("A", 9), ("A", 0)])
        #expect(lines.map(\.sku) == ["B", "X", "A", "A"])
        #expect(lines.map(\.known) == [true, false, true, true])
        #expect(lines.map(\.requested) == [1, 2, 9, 0])
        #expect(lines.map(\.available) == [0, 0, 5, 5])
        #expect(lines.map(\.shortfall) == [1, 2, 4, 0])
        #expect(lines.map(\.unitPriceMinor) == [100, 0, 100, 100])
        #expect(lines.map(\.currency) == ["EUR", "", "EUR", "EUR"])
        let after = try await inventory.session.rowCounts(TestInventory.tables)
        #expect(before == after)
      }
    }

    @Test func `1,000 lines are answered and 1,001 refused`() async throws {
      try await TestInventory.withNode(stock: [("S7", 7)]) { inventory in
        let thousand = (0..<1_000).map { ("S\($0)", Int64(1)) }
        let lines = try await inventory.check(thousand)
        #expect(lines.count == 1_000 && lines.filter(\.known).map(\.sku) == ["S7"])
        for count in [0, 1_001] {
          let asked = Array(repeating: ("S7", Int64(1)), count: count)
          let error = await failure { () throws(RPCError) in _ = try await inventory.check(asked) }
          #expect(error?.code == .invalidArgument && error?.fields == ["lines"])
          #expect(error?.reason == "INVALID_REQUEST")
        }
      }
    }

    @Test func `every field that is wrong is named`() async throws {
      try await TestInventory.withNode { inventory in
        let request = CheckStockRequest(
          lines: [
            StockLine(sku: "A", quantity: -1), StockLine(sku: " ", quantity: 1),
            StockLine(sku: "A", quantity: 1_000_001), StockLine(sku: "A", quantity: .min),
          ], consistency: Consistency(rawValue: 3), maxAgeMs: 5)
        let error = await failure { () throws(RPCError) in
          _ = try await inventory.handlers.checkStock(request, CallContext())
        }
        #expect(
          error?.fields == [
            "consistency", "lines[0].quantity", "lines[1].sku",
            "lines[2].quantity", "lines[3].quantity",
          ])
      }
    }

    @Test func `what was acknowledged before is seen, also from another replica`() async throws {
      try await TestInventory.withNode(stock: [("A", 1)]) { inventory in
        let other = try TestInventory.makeNode(inventory.database)
        try await other.start()
        for round in 1...20 {
          try await inventory.add([("A", 1)], ref: "r\(round)")
          let answer = try await other.handlers.checkStock(
            CheckStockRequest(lines: [StockLine(sku: "A", quantity: 1)], consistency: .strong),
            CallContext())
          #expect(answer.lines.first?.available == Int64(1 + round))
        }
        await other.stop()
      }
    }

    @Test func `the age allowed goes with the consistency`() async throws {
      try await TestInventory.withNode { inventory in
        let asked: [(Consistency, Int64, Bool)] = [
          (.strong, 0, true), (.strong, 1, false), (.unspecified, -1, false),
          (.cached, 0, false), (.cached, 1, true), (.cached, 60_000, true),
          (.cached, 60_001, false), (.cached, -1, false), (.cached, .max, false),
          (.cached, .min, false),
        ]
        for (consistency, age, isGood) in asked {
          let request = CheckStockRequest(
            lines: [StockLine(sku: "A", quantity: 1)], consistency: consistency, maxAgeMs: age)
          let error = await failure { () throws(RPCError) in
            _ = try await inventory.handlers.checkStock(request, CallContext())
          }
          #expect(error?.fields == (isGood ? nil : ["max_age_ms"]), "\(consistency) \(age)")
        }
      }
    }

    @Test func `a cached answer is as old as allowed and says how old it is`() async throws {
      let ahead = Mutex(Duration.zero)
      let start = ContinuousClock.now
      var settings = InventorySettings()
      settings.clock = { start + ahead.withLock { $0 } }
      try await TestInventory.withNode(settings: settings, stock: [("A", 1), ("B", 1)]) {
        inventory in
        func check(_ skus: String..., age: Int64) async throws -> [Int64] {
          let answer = try await inventory.handlers.checkStock(
            CheckStockRequest(
              lines: skus.map { StockLine(sku: $0, quantity: 1) }, consistency: .cached,
              maxAgeMs: age), CallContext())
          return answer.lines.map(\.available) + [answer.ageMs]
        }
        #expect(try await check("A", age: 100) == [1, 0])
        try await inventory.add([("A", 5)], ref: "more")
        ahead.withLock { $0 = .milliseconds(60) }
        #expect(try await check("B", age: 100) == [1, 0])
        ahead.withLock { $0 = .microseconds(99_001) }
        #expect(try await check("A", "B", age: 100) == [1, 1, 100])
        #expect(try await check("A", "B", age: 60) == [6, 1, 0])
        #expect(try await check("A", age: 1) == [6, 0])
        // And nobody who wants the latest gets a copy.
        try await inventory.add([("A", 5)], ref: "again")
        #expect(try await inventory.check([("A", 1)]).map(\.available) == [11])
      }
    }

    @Test func `a caller without time is told so`() async throws {
      try await TestInventory.withNode { inventory in
        let request = CheckStockRequest(lines: [StockLine(sku: "A", quantity: 1)])
        let error = await failure { () throws(RPCError) in
          _ = try await inventory.handlers.checkStock(
            request, CallContext(deadline: .after(.zero)))
        }
        #expect(error?.code == .deadlineExceeded && error?.reason == "DEADLINE")
      }
    }
  }
}

import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct ReserveStockTests {
    @Test func `holds of one call are judged each for itself, in order`() async throws {
      try await TestInventory.withNode(stock: [("A", 10), ("B", 1)]) { inventory in
        let ids = (0..<5).map { _ in TestInventory.freshID() }
        let outcomes = try await inventory.reserve([
          TestInventory.hold(ids[0], [("A", 4), ("B", 1)]),
          TestInventory.hold(ids[1], [("A", 7), ("B", 1)]),
          TestInventory.hold(ids[2], [("A", 1), ("X", 1), ("Y", 2)]),
          TestInventory.hold(ids[3], [("A", 6)]),
          TestInventory.hold(ids[4], [("A", 1)]),
        ])
        #expect(outcomes.map(\.orderID) == ids)
        #expect(outcomes.map(\.state) == [.held, .outOfStock, .unknownSKU, .held, .outOfStock])
        #expect(outcomes[1].shortages.map(\.sku) == ["A", "B"])
        #expect(outcomes[1].shortages.map(\.requested) == [7, 1])
        #expect(outcomes[2].unknownSKUs == ["X", "Y"])
        #expect(outcomes[4].shortages == [Shortage(sku: "A", requested: 1, available: 0)])
        #expect(try await inventory.figures() == ["(A,10,10)", "(B,1,1)"])
      }
    }

    @Test func `a repeated hold answers what is stored and moves nothing`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { inventory in
        let id = TestInventory.freshID()
        #expect(try await inventory.reserve(id, [("A", 3)]).state == .held)
        let before = try await inventory.session.rowCounts(TestInventory.ordering)
        for _ in 0..<3 { #expect(try await inventory.reserve(id, [("A", 3)]).state == .held) }
        #expect(try await inventory.reserve(id, [("A", 4)]).state == .conflict)
        #expect(try await inventory.reserve(id, [("X", 3)]).state == .conflict)
        try await inventory.session.run("UPDATE hold SET state = 2")
        #expect(try await inventory.reserve(id, [("A", 3)]).state == .committed)
        #expect(try await inventory.reserve(id, [("A", 4)]).state == .conflict)
        let after = try await inventory.session.rowCounts(TestInventory.ordering)
        #expect(before == after)
        #expect(try await inventory.figures() == ["(A,10,3)"])
      }
    }

    @Test func `a released id holds nothing ever again, whatever is asked`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { inventory in
        let id = TestInventory.freshID()
        try await inventory.session.run(
          "INSERT INTO hold (order_id, state, fingerprint) VALUES ('\(id)', 4, '')")
        #expect(try await inventory.reserve(id, [("A", 3)]).state == .released)
        #expect(try await inventory.reserve(id, [("X", 3)]).state == .released)
        #expect(try await inventory.figures() == ["(A,10,0)"])
      }
    }

    @Test func `the retry of who took the last piece is held, not out of stock`() async throws {
      try await TestInventory.withNode(stock: [("A", 1)]) { inventory in
        let id = TestInventory.freshID()
        #expect(try await inventory.reserve(id, [("A", 1)]).state == .held)
        #expect(
          try await inventory.reserve(TestInventory.freshID(), [("A", 1)]).state == .outOfStock)
        #expect(try await inventory.reserve(id, [("A", 1)]).state == .held)
        // Also from a replica whose view has never seen anything.
        let other = try TestInventory.makeNode(inventory.database)
        try await other.start()
        let again = try await other.handlers.reserveStock(
          ReserveStockRequest(holds: [TestInventory.hold(id, [("A", 1)])]), CallContext())
        #expect(again.outcomes.map(\.state) == [.held])
        await other.stop()
      }
    }

    @Test func `one short line of a hundred leaves the other 99 untouched`() async throws {
      let skus = (100..<200).map { "S\($0)" }
      let stock = skus.map { ($0, $0 == "S150" || $0 == "S199" ? Int64(1) : 5) }
      try await TestInventory.withNode(stock: stock) { inventory in
        let before = try await inventory.session.rowCounts(TestInventory.tables)
        let outcome = try await inventory.reserve(
          TestInventory.freshID(), skus.map { ($0, Int64(2)) })
        #expect(outcome.state == .outOfStock)
        #expect(outcome.shortages.map(\.sku) == ["S150", "S199"])
        #expect(outcome.shortages.map(\.available) == [1, 1])
        let after = try await inventory.session.rowCounts(TestInventory.tables)
        #expect(before == after)
        #expect(try await inventory.session.number("SELECT sum(reserved) FROM stock") == 0)
      }
    }

    @Test func `malformed holds are refused by name before anything is written`() async throws {
      try await TestInventory.withNode(stock: [("A", 5)]) { inventory in
        let id = TestInventory.freshID()
        let line = [("A", Int64(1))]
        let cases: [([Hold], [String])] = [
          ([], ["holds"]),
          (Array(repeating: TestInventory.hold(id, line), count: 1_001), ["holds"]),
          ([TestInventory.hold("x", line)], ["holds[0].order_id"]),
          (
            [TestInventory.hold(id, line), TestInventory.hold(id.uppercased(), line)],
            ["holds[1].order_id"]
          ),
          ([TestInventory.hold(id, [])], ["holds[0].lines"]),
          (
            [TestInventory.hold(id, (0..<101).map { ("S\(1_000 + $0)", 1) })],
            ["holds[0].lines"]
          ),
          ([TestInventory.hold(id, [("B", 1), ("A", 1)])], ["holds[0].lines"]),
          ([TestInventory.hold(id, [("A", 1), ("A", 1)])], ["holds[0].lines"]),
          (
            [TestInventory.hold(id, [("", 0), ("A", 1_000_001)])],
            ["holds[0].lines[0].sku", "holds[0].lines[0].quantity", "holds[0].lines[1].quantity"]
          ),
        ]
        for (holds, fields) in cases {
          let error = await failure { () throws(RPCError) in
            _ = try await inventory.reserve(holds)
          }
          #expect(error?.code == .invalidArgument && error?.fields == fields)
        }
        let bad = ReserveStockRequest(
          holds: [TestInventory.hold(id, line)], committedIDs: [id, "no"])
        let error = await failure { () throws(RPCError) in
          _ = try await inventory.handlers.reserveStock(bad, CallContext())
        }
        #expect(error?.fields == ["committed_ids[1]"])
        let count = try await inventory.session.number("SELECT count(*) FROM hold")
        #expect(count == 0)
      }
    }

    @Test func `ids told as committed become final without touching stock`() async throws {
      try await TestInventory.withNode(stock: [("A", 5)]) { inventory in
        let first = TestInventory.freshID()
        let second = TestInventory.freshID()
        _ = try await inventory.reserve(first, [("A", 2)])
        let versions = "SELECT version FROM stock"
        let before = try await inventory.session.number(versions)
        _ = try await inventory.handlers.reserveStock(
          ReserveStockRequest(
            holds: [TestInventory.hold(second, [("A", 1)])],
            committedIDs: [first, TestInventory.freshID()]), CallContext())
        await inventory.handlers.settler.stop()  // Returns when what was accepted is written.
        let states = try await inventory.session.texts(
          "SELECT state, settled_at IS NOT NULL FROM hold ORDER BY state")
        #expect(states == ["(1,f)", "(2,t)"])
        #expect(try await inventory.session.number(versions) == before + 1)
        #expect(try await inventory.reserve(first, [("A", 2)]).state == .committed)
      }
    }
  }
}

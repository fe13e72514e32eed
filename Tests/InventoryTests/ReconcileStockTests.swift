import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct ReconcileStockTests {
    private func reconcile(
      _ inventory: TestInventory, limit: Int32 = 0
    ) async throws(RPCError) -> ReconcileStockResponse {
      try await inventory.handlers.reconcileStock(
        ReconcileStockRequest(limit: limit), CallContext())
    }

    @Test func `live data is without violation, while orders come in`() async throws {
      try await TestInventory.withNode(stock: [("A", 1000), ("B", 1000)]) { inventory in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<8 {
            group.addTask {
              for _ in 0..<20 {
                _ = try await inventory.reserve(TestInventory.freshID(), [("A", 1), ("B", 2)])
              }
            }
          }
          group.addTask {
            for _ in 0..<20 {
              let answer = try await self.reconcile(inventory)
              #expect(answer.violations == [] && answer.skusChecked == 2)
            }
          }
          try await group.waitForAll()
        }
        let end = try await reconcile(inventory)
        #expect(end.violations == [] && end.holdsChecked == 160 && !end.truncated)
      }
    }

    @Test func `each planted breach is named with its row and figures, and no other`()
      async throws
    {
      try await TestInventory.withNode(stock: [("A", 10), ("B", 10), ("C", 10)]) { inventory in
        let id = TestInventory.freshID(), orphan = TestInventory.freshID()
        _ = try await inventory.reserve(id, [("A", 3)])
        let session = inventory.session
        try await session.run("ALTER TABLE stock DROP CONSTRAINT stock_oversell")
        try await session.run("UPDATE stock SET reserved = 11 WHERE sku = 'B'")
        try await session.run("UPDATE stock SET on_hand = 9 WHERE sku = 'C'")
        try await session.run(
          "INSERT INTO hold_line (order_id, sku, quantity) VALUES ('\(orphan)', 'A', 1)")
        let answer = try await reconcile(inventory)
        #expect(
          answer.violations == [
            StockViolation(equation: "hold_lines", orderID: orphan, expected: 0, found: 1),
            StockViolation(equation: "on_hand", sku: "C", expected: 10, found: 9),
            StockViolation(equation: "oversold", sku: "B", expected: 10, found: 11),
            StockViolation(equation: "reserved", sku: "B", expected: 0, found: 11),
          ])
        let first = try await reconcile(inventory, limit: 1)
        #expect(first.violations == Array(answer.violations.prefix(1)) && first.truncated)
        let all = try await reconcile(inventory, limit: 4)
        #expect(all.violations.count == 4 && !all.truncated)

        // Nothing was repaired; this puts it right again.
        #expect(try await reconcile(inventory).violations == answer.violations)
        try await session.run("DELETE FROM hold_line WHERE order_id = '\(orphan)'")
        try await session.run("UPDATE stock SET reserved = 0 WHERE sku = 'B'")
        try await session.run("UPDATE stock SET on_hand = 10 WHERE sku = 'C'")
        try await session.run(
          """
          ALTER TABLE stock ADD CONSTRAINT stock_oversell
          CHECK (on_hand + backorder_limit - reserved >= 0)
          """)
        #expect(try await reconcile(inventory).violations == [])
      }
    }

    @Test func `a hold without lines is named by its order`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { inventory in
        let id = TestInventory.freshID()
        try await inventory.session.run(
          "INSERT INTO hold (order_id, state, fingerprint) VALUES ('\(id)', 1, '')")
        let answer = try await reconcile(inventory)
        #expect(
          answer.violations == [
            StockViolation(equation: "hold_lines", orderID: id, expected: 1, found: 0)
          ])
        try await inventory.session.run("DELETE FROM hold WHERE order_id = '\(id)'")
      }
    }

    @Test(arguments: [-1, 1001, .max, .min] as [Int32])
    func `a limit out of range is refused with its field`(limit: Int32) async throws {
      try await TestInventory.withNode { inventory in
        do throws(RPCError) {
          _ = try await reconcile(inventory, limit: limit)
          Issue.record("it was answered")
        } catch {
          #expect(error.code == .invalidArgument)
          #expect(error.detail(BadRequest.self)?.fieldViolations.first?.field == "limit")
        }
      }
    }
  }
}

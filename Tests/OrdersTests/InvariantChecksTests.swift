import Contracts
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  /// A check that cannot fail checks nothing, so each is shown one fault that it must find.
  @Suite struct InvariantChecksTests {
    static let order = "00000000-0000-8000-8000-000000000001"

    /// Two databases as the services leave them after one order that all went well with.
    static func withCleanOrder(
      _ body: (_ stock: TestSession, _ orders: TestSession) async throws -> Void
    ) async throws {
      try await TestShop.with { shop in
        try await shop.orderSession.run(InvariantChecks.driverLogSQL)
        let answer = await shop.place([("A", 2)], key: "k")
        let receipt = try #require(answer.receipt)
        try await shop.orderSession.run(
          """
          INSERT INTO client_sent SELECT customer_id, request_id, body_digest FROM orders;
          INSERT INTO client_ok SELECT order_id, customer_id, request_id, created_at,
            'EUR 200 A*2@100' FROM orders WHERE order_id = '\(receipt.orderID)'
          """)
        try await body(shop.stockSession, shop.orderSession)
        // The shop is checked when it closes, so the fault is taken back.
        try await shop.stockSession.run(Self.mend)
      }
    }

    private static let mend = """
      DELETE FROM hold_line; DELETE FROM hold; DELETE FROM movement; DELETE FROM stock;
      ALTER TABLE stock DROP CONSTRAINT IF EXISTS stock_on_hand;
      ALTER TABLE stock DROP CONSTRAINT IF EXISTS stock_reserved;
      ALTER TABLE stock DROP CONSTRAINT IF EXISTS stock_oversell;
      ALTER TABLE stock ADD CONSTRAINT stock_on_hand CHECK (on_hand >= 0);
      ALTER TABLE stock ADD CONSTRAINT stock_reserved CHECK (reserved >= 0);
      ALTER TABLE stock ADD CONSTRAINT stock_oversell
        CHECK (on_hand + backorder_limit - reserved >= 0)
      """

    @Test func `after an order that went well nothing is found`() async throws {
      try await Self.withCleanOrder { stock, orders in
        let found = try await Self.found(stock, orders)
        #expect(found == [])
      }
    }

    static func found(_ stock: TestSession, _ orders: TestSession) async throws -> [String] {
      let inventory = try await InvariantChecks.breaches(
        of: InvariantChecks.inventory, in: stock.connectionString)
      let ordering = try await InvariantChecks.breaches(
        of: InvariantChecks.orders, in: orders.connectionString)
      return (inventory + ordering).map(\.name)
    }

    @Test(arguments: [
      // More promised than there is, with a hold and a movement to match, and the check dropped.
      (
        """
        ALTER TABLE stock DROP CONSTRAINT stock_oversell;
        UPDATE stock SET on_hand = 1;
        UPDATE movement SET delta = 1;
        """, ["I1", "I1"]
      ),
      // A check that is there but was never validated.
      (
        """
        ALTER TABLE stock DROP CONSTRAINT stock_reserved;
        ALTER TABLE stock ADD CONSTRAINT stock_reserved CHECK (reserved >= 0) NOT VALID;
        """, ["I1"]
      ),
      ("UPDATE stock SET reserved = 1", ["I2"]),
      ("INSERT INTO hold_line SELECT order_id, 'X', 1 FROM hold", ["I2"]),
      (
        "INSERT INTO hold (order_id, state, fingerprint) VALUES ('\(order)', 1, '')", ["I2"]
      ),
      ("UPDATE hold SET state = 4", ["I2"]),
      ("UPDATE stock SET on_hand = 11", ["I3"]),
      ("INSERT INTO movement VALUES ('Z', 'r', 1, 'x', 'x')", ["I3"]),
    ])
    func `a fault in the inventory is found`(fault: String, names: [String]) async throws {
      try await Self.withCleanOrder { stock, orders in
        try await stock.run(fault)
        let found = try await Self.found(stock, orders)
        #expect(found == names)
      }
    }

    @Test(arguments: [
      // The acknowledged order is gone, or was never one.
      ("DELETE FROM order_line; DELETE FROM orders", ["I4", "I8"]),
      ("UPDATE orders SET status = 3", ["I4", "I8"]),
      ("UPDATE orders SET created_at = created_at + interval '1 microsecond'", ["I4"]),
      ("UPDATE client_ok SET receipt = 'EUR 200 A*2@101'", ["I4"]),
      ("UPDATE client_ok SET request_id = 'other'", ["I4"]),
      // Nobody asked for it, or for something else.
      ("DELETE FROM client_sent", ["I5"]),
      ("UPDATE client_sent SET body_digest = '\\x00'", ["I5"]),
      // Its lines do not add up: I4 sees that it is not what was told, I5 that it is wrong.
      ("UPDATE orders SET total_minor = 201", ["I4", "I5"]),
      ("UPDATE order_line SET line_no = 2", ["I5"]),
      ("DELETE FROM order_line", ["I4", "I5"]),
      // A hole in the log; a move that it tells twice, or not at all, or that never was.
      ("UPDATE order_log SET pos = pos + 1 WHERE order_ids <> '{}'", ["I8"]),
      (
        """
        INSERT INTO order_log SELECT 0, 1, order_ids, kinds, versions FROM order_log
        WHERE order_ids <> '{}'
        """, ["I8"]
      ),
      ("UPDATE orders SET status = 2, version = 2", ["I8"]),
      ("UPDATE order_log SET kinds = '{2}', versions = '{2}' WHERE order_ids <> '{}'", ["I8"]),
    ])
    func `a fault in the orders is found`(fault: String, names: [String]) async throws {
      try await Self.withCleanOrder { stock, orders in
        try await orders.run(fault)
        let found = try await Self.found(stock, orders)
        #expect(found == names)
      }
    }
  }
}

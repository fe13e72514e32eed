import Contracts
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  /// A check that cannot fail checks nothing, so each is shown one fault that it must find.
  @Suite struct InvariantChecksTests {
    static let order = "00000000-0000-8000-8000-000000000001"
    private static let answered = "customer_id, request_id, body_digest,"

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
            'EUR 200 A*2@100' FROM orders WHERE order_id = '\(receipt.orderID)';
          INSERT INTO client_answer
            SELECT customer_id, request_id, body_digest, 0, '', '\\x0a' FROM orders
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
      // Two orders of one key.
      (
        """
        INSERT INTO orders SELECT '\(order)', 2, 2, customer_id, request_id, currency, 0,
          body_digest, created_at, updated_at FROM orders;
        INSERT INTO order_line VALUES ('\(order)', 1, 'A', 1, 0);
        INSERT INTO order_log SELECT stream, pos + 1, '{\(order),\(order)}', '{1,2}', '{1,2}'
          FROM order_log ORDER BY pos DESC LIMIT 1
        """, ["I7"]
      ),
      // Two receipts for one key; a receipt and that the key is spent; receipts for two bodies.
      ("INSERT INTO client_answer SELECT \(answered) 0, '', '\\x0b' FROM orders", ["I7"]),
      (
        "INSERT INTO client_answer SELECT \(answered) 10, 'ORDER_ABORTED', '' FROM orders", ["I7"]
      ),
      (
        """
        INSERT INTO client_answer
          SELECT customer_id, request_id, '\\x00', 0, '', '\\x0a' FROM orders
        """, ["I7"]
      ),
      // It is told that another body has the key, and none has.
      (
        "INSERT INTO client_answer SELECT \(answered) 6, 'REQUEST_ID_REUSED', '' FROM orders",
        ["I7"]
      ),
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

    /// Settled by hand, so that what the checks find is the fault alone.
    @Test(arguments: [
      ("", "", []),
      ("UPDATE hold SET state = 1", "", ["I6", "I6"]),
      ("", "INSERT INTO settle_due SELECT order_id FROM orders", ["I6"]),
      // A committed hold without an order, and an order without one.
      ("", "UPDATE orders SET status = 2, version = 2", ["I8", "I6"]),
      (
        "UPDATE hold SET state = 4; DELETE FROM hold_line; UPDATE stock SET reserved = 0", "",
        ["I6"]
      ),
      ("UPDATE hold_line SET quantity = 1; UPDATE stock SET reserved = 1", "", ["I6"]),
    ])
    func `a fault between the two databases is found`(
      stockFault: String, orderFault: String, names: [String]
    ) async throws {
      try await Self.withCleanOrder { stock, orders in
        try await stock.run("UPDATE hold SET state = 2")
        try await stock.run(stockFault)
        try await orders.run(orderFault)
        let found = try await InvariantChecks.settledBreaches(
          inventory: stock.connectionString, orders: orders.connectionString)
        #expect(found.map(\.name) == names)
      }
    }

    /// The driver digests by itself what the service digests by its own rules.
    @Test func `the driver and the service agree on what makes two requests the same`() throws {
      let request = TestShop.request([("B", 2), ("A", 1), ("a.b", 1_000_000), ("A", 3)], key: "k")
      let order = try OrderRules.normalise(
        customerID: request.customerID, requestID: request.requestID, currency: request.currency,
        lines: request.lines.map { (sku: $0.sku, quantity: $0.quantity) })
      #expect(DriverLog.bodyDigest(request) == OrderRules.bodyDigest(order))
    }
  }
}

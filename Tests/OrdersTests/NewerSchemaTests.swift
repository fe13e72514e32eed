import Contracts
import RPC
import TestSupport
import Testing

@testable import Orders

extension OrdersOnPostgres {
  /// A release only adds to the schema, so that one before it can go on beside it.
  @Suite struct NewerSchemaTests {
    @Test func `a replica that finds a newer schema starts and serves`() async throws {
      try await TestShop.with { shop in
        try await shop.orderSession.run(
          """
          ALTER TABLE orders ADD COLUMN note text;
          ALTER TABLE order_line ADD COLUMN location text NOT NULL DEFAULT 'here';
          CREATE TABLE shipment (order_id uuid NOT NULL PRIMARY KEY);
          INSERT INTO schema_migration (version, name, checksum)
          VALUES (9000, '9000_shipment.sql', '\\x00');
          """)
        let node = try await shop.secondOrders()
        #expect(await node.isReady())
        let answer = await shop.place(TestShop.request([("A", 1)], key: "k"), on: node)
        let receipt = try #require(answer.receipt, "\(String(describing: answer.error))")
        let order = try await node.handlers.cancelOrder(
          CancelOrderRequest(orderID: receipt.orderID), CallContext())
        #expect(order.status == .cancelled && order.version == 2)
        await node.stop()
      }
    }
  }
}

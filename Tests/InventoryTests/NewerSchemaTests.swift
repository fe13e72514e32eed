import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  /// A release only adds to the schema, so that one before it can go on beside it.
  @Suite struct NewerSchemaTests {
    @Test func `a replica that finds a newer schema starts and serves`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        try await shop.session.run(
          """
          ALTER TABLE stock ADD COLUMN location text NOT NULL DEFAULT 'here';
          ALTER TABLE hold ADD COLUMN note text;
          ALTER TABLE stock_log ADD COLUMN skus text[];
          CREATE TABLE shipment (order_id uuid NOT NULL PRIMARY KEY);
          INSERT INTO schema_migration (version, name, checksum)
          VALUES (9000, '9000_shipment.sql', '\\x00');
          """)
        let node = try TestInventory.makeNode(shop.database)
        try await node.start()
        #expect(await node.isReady())
        let id = TestInventory.freshID()
        let held = try await node.handlers.reserveStock(
          ReserveStockRequest(holds: [TestInventory.hold(id, [("A", 4)])]), CallContext())
        #expect(held.outcomes.map(\.state) == [.held])
        let checked = try await node.handlers.checkStock(
          CheckStockRequest(lines: [StockLine(sku: "A", quantity: 1)]), CallContext())
        #expect(checked.lines.map(\.available) == [6])
        let settled = try await node.handlers.settleReservations(
          SettleReservationsRequest(
            settlements: [SettledReservation(orderID: id, state: .released)]), CallContext())
        #expect(settled.settlements.map(\.state) == [.released])
        await node.stop()
      }
    }
  }
}

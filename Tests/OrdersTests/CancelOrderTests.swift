import Contracts
import Operations
import RPC
import TestSupport
import Testing
import Wire

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  @Suite struct CancelOrderTests {
    private static func cancel(
      _ shop: TestShop, _ id: String, customer: String = "", version: Int64 = 0
    ) async throws(RPCError) -> Order {
      try await shop.handlers.cancelOrder(
        CancelOrderRequest(orderID: id, customerID: customer, expectedVersion: version),
        CallContext())
    }

    private static func error(_ body: () async throws(RPCError) -> Order) async -> RPCError? {
      do throws(RPCError) {
        _ = try await body()
        return nil
      } catch {
        return error
      }
    }

    /// Waits until nothing is left to be told to inventory.
    private static func settled(_ shop: TestShop) async throws {
      for _ in 0..<500 {
        let due = try await shop.orderSession.number("SELECT count(*) FROM settle_due")
        if due == 0 { return }
        try await Task.sleep(for: .milliseconds(10))
      }
      Issue.record("what became of an order was never told")
    }

    @Test func `a cancelled order answers as cancelled and its pieces can be sold again`()
      async throws
    {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 10)], key: "k").receipt)
        let order = try await Self.cancel(shop, receipt.orderID)
        #expect(order.status == .cancelled && order.version == 2)
        #expect(order.lines == receipt.lines && order.createdAt == receipt.createdAt)
        try await Self.settled(shop)
        try await shop.expectReserved(0)
        #expect(await shop.place([("A", 10)]).receipt != nil)
        // What the customer was told about the order stays as it was.
        let replay = await shop.place([("A", 10)], key: "k")
        #expect(replay.bytes == receipt.wireBytes && replay.isReplay)
      }
    }

    @Test func `to cancel again answers the same order and frees nothing twice`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        _ = try #require(await shop.place([("A", 4)]).receipt)
        let first = try await Self.cancel(shop, receipt.orderID)
        try await Self.settled(shop)
        let again = try await Self.cancel(shop, receipt.orderID)
        #expect(again == first)
        try await Self.settled(shop)
        try await shop.expectReserved(4)
        // One cancellation stands in the log.
        let kinds = try await shop.orderSession.number(
          "SELECT count(*) FROM order_log WHERE 2 = ANY (kinds)")
        #expect(kinds == 1)
      }
    }

    @Test func `many who cancel one order at once all get the same answer`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        let answers = try await withThrowingTaskGroup(of: Order.self) { group in
          for _ in 0..<20 { group.addTask { try await Self.cancel(shop, receipt.orderID) } }
          return try await group.reduce(into: [Order]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0 == answers[0] && $0.version == 2 })
        try await Self.settled(shop)
        try await shop.expectReserved(0)
      }
    }

    @Test func `of two who saw the same version only one changes the order`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        #expect(try await Self.cancel(shop, receipt.orderID, version: 1).version == 2)
        let stale = await Self.error { () throws(RPCError) in
          try await Self.cancel(shop, receipt.orderID, version: 1)
        }
        #expect(stale?.code == .aborted && stale?.reason == "VERSION_MISMATCH")
        #expect(stale?.metadata["version"] == "2")
        #expect(try await Self.cancel(shop, receipt.orderID, version: 2).version == 2)
      }
    }

    @Test func `an order that is not there, or another's, or given up, cannot be cancelled`()
      async throws
    {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        let none = "00000000-0000-7000-8000-000000000001"
        _ = try await shop.handlers.resolveOrders(
          ResolveOrdersRequest(orderIDs: [none]), CallContext())
        for (id, customer) in [
          (none, ""), ("00000000-0000-7000-8000-000000000002", ""), (receipt.orderID, "other"),
        ] {
          let error = await Self.error { () throws(RPCError) in
            try await Self.cancel(shop, id, customer: customer)
          }
          #expect(error?.code == .notFound && error?.reason == "ORDER_UNKNOWN")
        }
        #expect(try await Self.cancel(shop, receipt.orderID, customer: "c-1").version == 2)
      }
    }

    @Test(arguments: [(4, "SHIPPED"), (5, "DELIVERED")])
    func `an order that is under way cannot be cancelled`(
      status: Int, name: String
    ) async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        try await shop.orderSession.run("UPDATE orders SET status = \(status)")
        let error = await Self.error { () throws(RPCError) in
          try await Self.cancel(shop, receipt.orderID)
        }
        #expect(error?.code == .failedPrecondition && error?.reason == "ILLEGAL_TRANSITION")
        #expect(error?.metadata["status"] == "ORDER_STATUS_\(name)")
        try await shop.expectReserved(3)
      }
    }

    @Test func `requests of the wrong shape are named field by field`() async throws {
      try await TestShop.with { shop in
        let error = await Self.error { () throws(RPCError) in
          try await Self.cancel(shop, "x", customer: "a b", version: -1)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.fields == ["order_id", "customer_id", "expected_version"])
      }
    }

    @Test func `what inventory did not hear is told again, by another replica too`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        shop.watched.set(
          WatchedInventory.Hooks(beforeSettle: { () throws(RPCError) in
            throw RPCError(.unavailable, "inventory is gone")
          }))
        _ = try await Self.cancel(shop, receipt.orderID)
        while shop.watched.settleCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await shop.expectReserved(3)
        #expect(try await shop.orderSession.number("SELECT count(*) FROM settle_due") == 1)
        // The first replica is gone before inventory is back.
        await shop.orders.stop()
        shop.watched.set()
        let second = try await shop.secondOrders()
        try await Self.settled(shop)
        try await shop.expectReserved(0)
        await second.stop()
      }
    }

    @Test func `an acknowledgement that is lost makes the telling harmless twice`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        let other = try #require(await shop.place([("A", 5)]).receipt)
        shop.watched.set(
          WatchedInventory.Hooks(afterSettle: { () throws(RPCError) in
            throw RPCError(.unavailable, "the answer is lost")
          }))
        _ = try await Self.cancel(shop, receipt.orderID)
        while shop.watched.settleCount < 2 { try await Task.sleep(for: .milliseconds(5)) }
        shop.watched.set()
        try await Self.settled(shop)
        try await shop.expectReserved(5)
        #expect(other.orderID != receipt.orderID)
      }
    }

    @Test func `a cancellation while inventory hears otherwise is told next`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 3)]).receipt)
        let gate = Gate()
        shop.watched.set(
          WatchedInventory.Hooks(afterSettle: { () throws(RPCError) in await gate.pass() }))
        // Inventory is told that the order stands; before that is noted, it is cancelled.
        try await shop.orderSession.run(
          "INSERT INTO settle_due (order_id) VALUES ('\(receipt.orderID)')")
        shop.handlers.relay.wake()
        await gate.waitForArrival()
        _ = try await Self.cancel(shop, receipt.orderID)
        gate.open()
        try await Self.settled(shop)
        try await shop.expectReserved(0)
      }
    }

    @Test func `an order without a key whose caller is gone gives back what was held`()
      async throws
    {
      try await TestShop.with { shop in
        let gate = Gate()
        shop.watched.set(
          WatchedInventory.Hooks(afterReserve: { (_) throws(RPCError) in await gate.pass() }))
        let caller = Task { await shop.place([("A", 7)]) }
        await gate.waitForArrival()
        try await shop.expectReserved(7)
        caller.cancel()
        gate.open()
        #expect(await caller.value.error != nil)
        for _ in 0..<500 {
          if try await shop.stockSession.number("SELECT sum(reserved) FROM stock") == 0 { break }
          try await Task.sleep(for: .milliseconds(10))
        }
        try await shop.expectReserved(0)
        // Its id is closed, and nobody can see an order there.
        #expect(
          try await shop.orderSession.number("SELECT count(*) FROM orders WHERE status = 3") == 1)
      }
    }
  }
}

import Contracts
import RPC
import TestSupport
import Testing

@testable import Orders

extension OrdersOnPostgres {
  /// Orders that come through, and that come again.
  @Suite struct PlaceOrderTests {
    @Test(arguments: ["", "k-1"])
    func `an order costs two calls and two commits`(key: String) async throws {
      try await TestShop.with(stock: [("A", 10), ("B", 10)]) { shop in
        let stockLog = "SELECT max(pos) FROM stock_log"
        let orderLog = "SELECT max(pos) FROM order_log"
        let before = (
          try await shop.stockSession.number(stockLog), try await shop.orderSession.number(orderLog)
        )
        let answer = await shop.place([("B", 1), ("A", 2), ("B", 2)], key: key)
        #expect(shop.watched.counts == .init(checks: 1, reserves: 1))
        let after = (
          try await shop.stockSession.number(stockLog), try await shop.orderSession.number(orderLog)
        )
        #expect(after.0 == before.0 + 1 && after.1 == before.1 + 1)

        let receipt = try #require(answer.receipt)
        #expect(!answer.isReplay)
        #expect(receipt.status == .confirmed && receipt.currency == "EUR")
        #expect(receipt.totalMinor == 500)
        #expect(receipt.lines.map(\.sku) == ["A", "B"])
        #expect(receipt.lines.map(\.quantity) == [2, 3])
        #expect(receipt.lines.map(\.unitPriceMinor) == [100, 100])
        let id = try #require(OrderID(receipt.orderID))
        #expect(id.version == (key.isEmpty ? 7 : 8))
        #expect((receipt.createdAt?.nanos ?? 1) % 1_000 == 0)

        let log = try await shop.orderSession.texts(
          "SELECT order_ids, kinds, versions FROM order_log ORDER BY pos DESC LIMIT 1")
        #expect(log == ["({\(receipt.orderID)},{1},{1})"])
        let held = try await shop.stockSession.texts("SELECT sku, reserved FROM stock ORDER BY sku")
        #expect(held == ["(A,2)", "(B,3)"])
      }
    }

    @Test func `an order is read back, by its customer only`() async throws {
      try await TestShop.with { shop in
        let receipt = try #require(await shop.place([("A", 2)], key: "k").receipt)
        let order = try await shop.handlers.getOrder(
          GetOrderRequest(orderID: receipt.orderID.uppercased(), customerID: "c-1"), CallContext())
        #expect(order.orderID == receipt.orderID && order.customerID == "c-1")
        #expect(order.status == .confirmed && order.version == 1)
        #expect(order.totalMinor == receipt.totalMinor && order.currency == receipt.currency)
        #expect(order.createdAt == receipt.createdAt && order.updatedAt == receipt.createdAt)
        #expect(order.lines == receipt.lines)
        let anybody = try await shop.handlers.getOrder(
          GetOrderRequest(orderID: receipt.orderID), CallContext())
        #expect(anybody == order)

        try await shop.orderSession.run(
          """
          INSERT INTO orders (order_id, status, created_at, updated_at)
          VALUES ('00000000-0000-8000-8000-000000000001', 3, now(), now())
          """)
        let unknown = [
          (receipt.orderID, "c-2"), ("00000000-0000-8000-8000-000000000001", ""),
          ("00000000-0000-8000-8000-000000000002", ""),
        ]
        for (id, customer) in unknown {
          await #expect {
            try await shop.handlers.getOrder(
              GetOrderRequest(orderID: id, customerID: customer), CallContext())
          } throws: { error in
            let error = error as? RPCError
            return error?.code == .notFound && error?.reason == "ORDER_UNKNOWN"
          }
        }
        await #expect {
          try await shop.handlers.getOrder(
            GetOrderRequest(orderID: "x", customerID: "a b"), CallContext())
        } throws: { error in
          (error as? RPCError)?.fields == ["order_id", "customer_id"]
        }
      }
    }

    @Test func `every OK for a key is the same bytes, and only the first is no replay`()
      async throws
    {
      try await TestShop.with { shop in
        let request = TestShop.request([("A", 2)], key: "k")
        let first = await shop.place(request)
        #expect(first.bytes != nil && !first.isReplay)
        try await shop.add([("A", 0)], ref: "dearer", price: 999)
        var again = [await shop.place(request)]
        // The same order, spelled otherwise.
        again.append(await shop.place(TestShop.request([("A", 1), ("A", 1)], key: "k")))
        let other = try await shop.secondOrders()
        again.append(await shop.place(request, on: other))
        try await shop.orderSession.run(
          "UPDATE orders SET status = 2, version = 2, updated_at = now()")
        again.append(await shop.place(request, on: other))
        for answer in again {
          #expect(answer.bytes == first.bytes && answer.isReplay)
        }
        try await shop.expectReserved(2)
        await other.stop()
      }
    }

    @Test func `the retry of the order that took the last piece hears its receipt`() async throws {
      try await TestShop.with(stock: [("A", 1)]) { shop in
        let first = await shop.place([("A", 1)], key: "k")
        let again = await shop.place([("A", 1)], key: "k")
        #expect(first.bytes != nil && again.bytes == first.bytes && again.isReplay)
        #expect(await shop.place([("A", 1)], key: "k2").error?.reason == "OUT_OF_STOCK")
        #expect(await shop.place([("A", 1)]).error?.reason == "OUT_OF_STOCK")
      }
    }

    @Test func `calls for one key at one moment share one piece of work`() async throws {
      try await TestShop.with { shop in
        let gate = Gate()
        var hooks = WatchedInventory.Hooks()
        hooks.beforeCheck = { _ throws(RPCError) in await gate.pass() }
        shop.watched.set(hooks)
        let request = TestShop.request([("A", 1)], key: "k")
        let answers = await withTaskGroup(of: TestShop.Answer.self) { group in
          group.addTask { await shop.place(request) }
          await gate.waitForArrival()
          for _ in 0..<19 { group.addTask { await shop.place(request) } }
          group.addTask { await shop.place(TestShop.request([("A", 2)], key: "k")) }
          // All have joined, or wait, before the work goes on.
          while shop.handlers.joined.waitingCount < 21 { await Task.yield() }
          gate.open()
          return await group.reduce(into: [TestShop.Answer]()) { $0.append($1) }
        }
        let placed = answers.filter { $0.receipt != nil }
        #expect(placed.count == 20 && Set(placed.map(\.bytes)).count == 1)
        #expect(placed.count { !$0.isReplay } == 1)
        #expect(answers.compactMap { $0.error?.reason } == ["REQUEST_ID_REUSED"])
        // One work for the twenty, and one for the other body.
        #expect(shop.watched.counts == .init(checks: 2, reserves: 2))
        #expect(shop.handlers.joined.waitingCount == 0)
      }
    }

    @Test func `work goes on to the latest deadline of those who share it`() async throws {
      try await TestShop.with { shop in
        let gate = Gate()
        var hooks = WatchedInventory.Hooks()
        hooks.beforeCheck = { number throws(RPCError) in
          if number == 1 { await gate.pass() }
        }
        shop.watched.set(hooks)
        let request = TestShop.request([("A", 1)], key: "k")
        async let hasty = shop.place(request, deadline: .after(.milliseconds(50)))
        await gate.waitForArrival()
        async let patient = shop.place(request, deadline: .after(.seconds(60)))
        // The hasty one is answered by its own deadline while the work still stands at the gate.
        #expect(await hasty.error?.reason == "DEADLINE")
        gate.open()
        let answer = await patient
        #expect(answer.receipt != nil && !answer.isReplay)
      }
    }

    /// Their clocks stand still, so that no time of placing tells the two attempts apart.
    @Test func `two replicas racing on one key give one receipt, and one of them is the first`()
      async throws
    {
      var settings = OrdersSettings()
      settings.clock = WallClock { Microseconds(sinceEpoch: 1_800_000_000_000_000) }
      try await TestShop.with(settings: settings, stock: [("A", 1_000)]) { shop in
        let other = try await shop.secondOrders(settings: settings)
        for round in 0..<30 {
          let request = TestShop.request([("A", 1)], key: "k\(round)")
          async let one = shop.place(request)
          async let two = shop.place(request, on: other)
          let answers = [await one, await two]
          #expect(answers[0].bytes != nil && answers[0].bytes == answers[1].bytes)
          #expect(answers.count { $0.isReplay } == 1)
        }
        try await shop.expectReserved(30)
        await other.stop()
      }
    }

    @Test func `what was put on hand a moment ago can be ordered`() async throws {
      try await TestShop.with(stock: [("A", 0)]) { shop in
        for round in 0..<20 {
          #expect(await shop.place([("A", 1)]).error?.reason == "OUT_OF_STOCK")
          try await shop.add([("A", 1)], ref: "r\(round)")
          #expect(await shop.place([("A", 1)]).receipt != nil)
        }
      }
    }
  }
}

import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct WatchStockTests {
    private typealias Watch = WatchedCall<WatchStockResponse>

    private static func watch(_ node: InventoryNode, _ skus: [String] = []) -> Watch {
      WatchedCall { (writer) throws(RPCError) in
        try await node.handlers.watchStock(WatchStockRequest(skus: skus), writer, CallContext())
      }
    }

    private static func text(_ item: WatchedStock) -> String {
      let figure = item.figure ?? StockFigure()
      return "\(figure.sku) \(figure.available)\(item.crossedLowMark ? "!" : "")"
    }

    /// The snapshot, as `sku available`.
    private static func snapshot(_ watch: Watch) async throws -> [String] {
      var told: [String] = []
      while true {
        let message = try #require(await watch.next())
        told += message.items.map(text)
        if message.endsSnapshot { return told }
      }
    }

    private static func next(_ watch: Watch) async throws -> [String] {
      let message = try #require(await watch.next())
      #expect(!message.endsSnapshot)
      return message.items.map(text)
    }

    private static func setMark(_ shop: TestInventory, _ sku: String, _ mark: Int64) async throws {
      _ = try await shop.handlers.adjustStock(
        AdjustStockRequest(
          ref: "mark \(sku) \(mark)".filter { $0 != " " }, reason: "mark", actor: "test",
          items: [StockAdjustment(sku: sku, delta: 0, lowMark: mark)]), CallContext())
    }

    private static func secondNode(_ shop: TestInventory) async throws -> InventoryNode {
      let node = try TestInventory.makeNode(shop.database)
      try await node.start()
      return node
    }

    @Test func `a snapshot comes first, then sales and adjustments of every replica`() async throws
    {
      try await TestInventory.withNode(stock: [("A", 10), ("B", 4)]) { shop in
        try await Self.setMark(shop, "A", 8)
        let second = try await Self.secondNode(shop)
        let watch = Self.watch(shop.node)
        #expect(try await Self.snapshot(watch) == ["A 10", "B 4"])
        _ = try await shop.reserve(TestInventory.freshID(), [("A", 1)])
        #expect(try await Self.next(watch) == ["A 9"])
        // Another replica sells; this one finds out by itself.
        _ = try await second.handlers.reserveStock(
          ReserveStockRequest(holds: [TestInventory.hold(TestInventory.freshID(), [("A", 2)])]),
          CallContext())
        #expect(try await Self.next(watch) == ["A 7!"])
        try await shop.add([("A", 5)], ref: "more")
        #expect(try await Self.next(watch) == ["A 12!"])
        try await shop.add([("C", 3)], ref: "new")
        #expect(try await Self.next(watch) == ["C 3"])
        await watch.cancel()
        await second.stop()
      }
    }

    @Test func `pieces that are released are seen to come back`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let id = TestInventory.freshID()
        _ = try await shop.reserve(id, [("A", 4)])
        let second = try await Self.secondNode(shop)
        let watch = Self.watch(second, ["A"])
        #expect(try await Self.snapshot(watch) == ["A 6"])
        let settled = try await shop.handlers.settleReservations(
          SettleReservationsRequest(
            settlements: [SettledReservation(orderID: id, state: .released)]), CallContext())
        #expect(settled.settlements.map(\.state) == [.released])
        #expect(try await Self.next(watch) == ["A 10"])
        await watch.cancel()
        await second.stop()
      }
    }

    @Test func `each release that frees something is one row of the log`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let ids = (0..<3).map { _ in TestInventory.freshID() }
        for id in ids { _ = try await shop.reserve(id, [("A", 1)]) }
        let before = try await shop.session.number("SELECT count(*) FROM stock_log")
        func release(_ ids: [String]) async throws {
          _ = try await shop.handlers.settleReservations(
            SettleReservationsRequest(
              settlements: ids.map { SettledReservation(orderID: $0, state: .released) }),
            CallContext())
        }
        try await release([ids[0]])
        try await release([ids[1], ids[2]])
        try await release(ids)  // Frees nothing any more.
        let after = try await shop.session.number("SELECT count(*) FROM stock_log")
        #expect(after == before + 2)
        let holes = try await shop.session.texts(
          "SELECT stream FROM stock_log GROUP BY stream HAVING max(pos) <> count(*)")
        #expect(holes == [])
      }
    }

    @Test func `only the SKUs asked for are told, also one that comes later`() async throws {
      try await TestInventory.withNode(stock: [("A", 10), ("B", 4)]) { shop in
        let watch = Self.watch(shop.node, ["B", "LATER", "B"])
        #expect(try await Self.snapshot(watch) == ["B 4"])
        try await shop.add([("A", 1)], ref: "a")
        try await shop.add([("LATER", 2)], ref: "l")
        #expect(try await Self.next(watch) == ["LATER 2"])
        await watch.cancel()
        // Nothing is kept for nobody.
        #expect(shop.handlers.watch.feed.with { $0.entries.count } == 0)
      }
    }

    @Test func `a snapshot of nothing is one empty message`() async throws {
      try await TestInventory.withNode { shop in
        for skus in [[], ["NONE"]] {
          let watch = Self.watch(shop.node, skus)
          #expect(await watch.next() == WatchStockResponse(endsSnapshot: true))
          await watch.cancel()
        }
      }
    }

    @Test func `a slow reader hears of many changes as one, with the mark they passed`()
      async throws
    {
      try await TestInventory.withNode(stock: [("A", 100), ("B", 1)]) { shop in
        try await Self.setMark(shop, "A", 50)
        let slow = Self.watch(shop.node, ["A"])
        let quick = Self.watch(shop.node, ["A", "B"])
        #expect(try await Self.snapshot(slow) == ["A 100"])
        #expect(try await Self.snapshot(quick) == ["A 100", "B 1"])
        // Down below the mark and up again, while `slow` does not ask. What `quick` has heard of
        // has been found, so it is waiting for `slow` as well.
        for (delta, expected) in [(-10, "A 90"), (-60, "A 30!"), (40, "A 70!")] {
          try await shop.add([("A", Int64(delta))], ref: "d\(delta)")
          #expect(try await Self.next(quick) == [expected])
        }
        #expect(try await Self.next(slow) == ["A 70!"])
        await slow.cancel()
        await quick.cancel()
      }
    }

    @Test func `a large stock comes in several messages, each SKU once`() async throws {
      let stock = (0..<1_000).map { ("S\(1_000 + $0)", Int64($0)) }
      try await TestInventory.withNode(stock: stock) { shop in
        try await shop.add((0..<700).map { ("T\(1_000 + $0)", 1) }, ref: "more")
        let watch = Self.watch(shop.node)
        var counts: [Int] = []
        var skus: [String] = []
        while true {
          let message = try #require(await watch.next())
          counts.append(message.items.count)
          skus += message.items.compactMap(\.figure?.sku)
          if message.endsSnapshot { break }
        }
        #expect(counts == [500, 500, 500, 200])
        #expect(skus == stock.map(\.0) + (0..<700).map { "T\(1_000 + $0)" })
        await watch.cancel()
      }
    }

    @Test func `what is no watch is refused by its field`() async throws {
      try await TestInventory.withNode { shop in
        let malformed = await Self.watch(shop.node, ["A", "", "x y"]).end()
        #expect(malformed?.code == .invalidArgument)
        #expect(malformed?.fields == ["skus[1]", "skus[2]"])
        let many = await Self.watch(shop.node, (0...1_000).map { "S\($0)" }).end()
        #expect(many?.fields == ["skus"])
        let most = Self.watch(shop.node, (0..<1_000).map { "S\($0)" })
        #expect(await most.next()?.endsSnapshot == true)
        await most.cancel()
      }
    }

    @Test func `all of too large a stock cannot be watched, some of it can`() async throws {
      var settings = InventorySettings()
      settings.watchedSKUsMax = 2
      try await TestInventory.withNode(settings: settings, stock: [("A", 1), ("B", 2)]) { shop in
        let watch = Self.watch(shop.node)
        #expect(try await Self.snapshot(watch) == ["A 1", "B 2"])
        try await shop.add([("C", 3)], ref: "c")
        let error = await watch.end()
        #expect(error?.code == .resourceExhausted && error?.reason == "OVERLOADED")
        #expect(await Self.watch(shop.node).end()?.code == .resourceExhausted)
        let some = Self.watch(shop.node, ["A", "B", "C"])
        #expect(try await Self.snapshot(some) == ["A 1", "B 2", "C 3"])
        await some.cancel()
      }
    }

    @Test func `watchers are let go when the process is to end, and later ones too`() async throws {
      try await TestInventory.withNode(stock: [("A", 1)]) { shop in
        let watch = Self.watch(shop.node)
        _ = try await Self.snapshot(watch)
        shop.node.endWatches()
        let error = await watch.end()
        #expect(error?.code == .unavailable && error?.reason == "SHUTTING_DOWN")
        let late = await Self.watch(shop.node).end()
        #expect(late?.code == .unavailable && late?.reason == "SHUTTING_DOWN")
      }
    }

    @Test func `past the most that may watch the next is refused`() async throws {
      var settings = InventorySettings()
      settings.watchesMax = 1
      try await TestInventory.withNode(settings: settings, stock: [("A", 1)]) { shop in
        let watch = Self.watch(shop.node)
        _ = try await Self.snapshot(watch)
        #expect(await Self.watch(shop.node).end()?.code == .resourceExhausted)
        await watch.cancel()
        let next = Self.watch(shop.node)
        #expect(try await Self.snapshot(next) == ["A 1"])
        await next.cancel()
      }
    }
  }
}

import Contracts
import Operations
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

/// Asks orders as a resolver does, and can be told to be silent or to count.
private final class AskedOrders: OrdersService {
  private let inner: any OrdersService
  private let state = Mutex((isSilent: false, asked: [[String]]()))

  init(_ inner: any OrdersService) { self.inner = inner }

  var asked: [[String]] { state.withLock { $0.asked } }

  func setSilent(_ isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }

  func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt { try await inner.placeOrder(request, call) }

  func getOrder(
    _ request: GetOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order { try await inner.getOrder(request, call) }

  func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    try await inner.listOrders(request, call)
  }

  func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order { try await inner.cancelOrder(request, call) }

  func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse {
    let isSilent = state.withLock { state in
      state.asked.append(request.orderIDs)
      return state.isSilent
    }
    if isSilent { throw RPCError(.unavailable, "orders is gone") }
    return try await inner.resolveOrders(request, call)
  }
}

extension OrdersOnPostgres {
  @Suite struct SettlingTests {
    /// Runs `body` with a node whose holds are old at once.
    private static func withResolver(
      _ shop: TestShop, _ body: (HoldResolver, AskedOrders) async throws -> Void
    ) async throws {
      var settings = InventorySettings()
      settings.askAfter = .zero
      let node = try InventoryNode(
        settings: settings, connectionString: shop.stockSession.connectionString,
        logger: TestShop.logger)
      try await node.start()
      let asked = AskedOrders(shop.handlers)
      do {
        try await body(node.resolver(asking: asked), asked)
      } catch {
        await node.stop()
        throw error
      }
      await node.stop()
    }

    private func states(_ shop: TestShop) async throws -> [String] {
      try await shop.stockSession.texts("SELECT state FROM hold ORDER BY order_id")
        .map { $0.filter(\.isNumber) }
    }

    private func fates(
      _ shop: TestShop, _ ids: [String]
    ) async throws(RPCError) -> [OrderFate] {
      try await shop.handlers.resolveOrders(
        ResolveOrdersRequest(orderIDs: ids), CallContext()
      ).resolutions.map(\.fate)
    }

    private static func freshID() -> String {
      var random = SystemRandomNumberGenerator()
      return OrderID(high: random.next(), low: random.next()).description
    }

    private func hold(
      _ shop: TestShop, _ id: String, _ quantity: Int64
    ) async throws -> HoldState? {
      try await shop.inventory.handlers.reserveStock(
        ReserveStockRequest(
          holds: [Hold(orderID: id, lines: [StockLine(sku: "A", quantity: quantity)])]),
        CallContext()
      ).outcomes.first?.state
    }

    @Test func `pieces held for an order that was never written come back, once`() async throws {
      try await TestShop.with { shop in
        let id = Self.freshID()
        #expect(try await hold(shop, id, 4) == .held)
        try await shop.expectReserved(4)
        try await Self.withResolver(shop) { resolver, asked in
          #expect(await resolver.settleOnce() == 1)
          try await shop.expectReserved(0)
          #expect(try await states(shop) == ["4"])
          #expect(await resolver.settleOnce() == 0)
          #expect(asked.asked == [[id]])
        }
        // A request for that id that arrives late takes nothing any more.
        #expect(try await hold(shop, id, 4) == .released)
        try await shop.expectReserved(0)
        #expect((await shop.place([("A", 10)])).receipt != nil)
      }
    }

    @Test func `the hold of a confirmed order is made final and keeps its pieces`() async throws {
      try await TestShop.with { shop in
        #expect((await shop.place([("A", 3)], key: "k")).receipt != nil)
        try await Self.withResolver(shop) { resolver, _ in
          _ = await resolver.settleOnce()
          #expect(try await states(shop) == ["2"])
          try await shop.expectReserved(3)
        }
      }
    }

    @Test func `without an answer nothing is freed, however often it is asked for`() async throws {
      try await TestShop.with { shop in
        #expect(try await hold(shop, Self.freshID(), 4) == .held)
        try await Self.withResolver(shop) { resolver, asked in
          asked.setSilent(true)
          for _ in 0..<10 { #expect(await resolver.settleOnce() == 0) }
          try await shop.expectReserved(4)
          #expect(try await states(shop) == ["1"] && asked.asked.count == 10)
          asked.setSilent(false)
          #expect(await resolver.settleOnce() == 1)
          try await shop.expectReserved(0)
        }
      }
    }

    @Test func `two that settle the same holds at once free each piece once`() async throws {
      try await TestShop.with(stock: [("A", 100)]) { shop in
        for _ in 0..<20 { #expect(try await hold(shop, Self.freshID(), 2) == .held) }
        try await Self.withResolver(shop) { first, _ in
          try await Self.withResolver(shop) { second, _ in
            async let one = first.settleOnce()
            async let other = second.settleOnce()
            _ = await (one, other)
            try await shop.expectReserved(0)
          }
        }
      }
    }

    @Test func `a key whose hold was given up is spent, and says so`() async throws {
      try await TestShop.with { shop in
        // The attempt dies between its two commits: orders never hears that the hold was taken.
        shop.watched.set(
          WatchedInventory.Hooks(afterReserve: { (_) throws(RPCError) in
            throw RPCError(.unavailable, "the line is cut")
          }))
        let dead = await shop.place([("A", 4)], key: "k")
        #expect(dead.error?.reason == "INVENTORY_UNAVAILABLE")
        try await shop.expectReserved(4)
        shop.watched.set()
        try await Self.withResolver(shop) { resolver, _ in
          #expect(await resolver.settleOnce() == 1)
        }
        try await shop.expectReserved(0)
        let late = await shop.place([("A", 4)], key: "k")
        #expect(late.error?.code == .aborted && late.error?.reason == "ORDER_ABORTED")
        #expect((await shop.place([("A", 4)], key: "another")).receipt != nil)
      }
    }

    @Test func `an order that is being placed is left alone`() async throws {
      try await TestShop.with { shop in
        let isHeld = Mutex(false), mayGoOn = Mutex(false)
        shop.watched.set(
          WatchedInventory.Hooks(afterReserve: { (_) throws(RPCError) in
            isHeld.withLock { $0 = true }
            while !mayGoOn.withLock({ $0 }) { await Task.yield() }
          }))
        let placing = Task { await shop.place([("A", 2)], key: "k") }
        while !isHeld.withLock({ $0 }) { await Task.yield() }
        try await Self.withResolver(shop) { resolver, asked in
          let before = try await shop.rowCounts()
          #expect(await resolver.settleOnce() == 0)
          #expect(asked.asked.count == 1)
          #expect(try await shop.rowCounts() == before)
        }
        mayGoOn.withLock { $0 = true }
        #expect(await placing.value.receipt != nil)
        try await shop.expectReserved(2)
      }
    }

    @Test func `fates are told in the order asked, repeated ids too`() async throws {
      try await TestShop.with { shop in
        let placed = try #require((await shop.place([("A", 1)])).receipt).orderID
        let unknown = Self.freshID()
        #expect(
          try await fates(shop, [unknown, placed, unknown]) == [.aborted, .confirmed, .aborted])
        let aborted = "SELECT count(*) FROM orders WHERE status = 3"
        #expect(try await shop.orderSession.number(aborted) == 1)
        // The closed id is no order for anybody.
        await #expect(throws: RPCError.self) {
          try await shop.handlers.getOrder(GetOrderRequest(orderID: unknown), CallContext())
        }
      }
    }

    @Test func `a question of nothing, of too much or of no ids is refused`() async throws {
      try await TestShop.with { (shop) async throws -> Void in
        for ids in [[], ["x"], Array(repeating: Self.freshID(), count: 1001)] {
          do throws(RPCError) {
            _ = try await fates(shop, ids)
            Issue.record("\(ids.count) ids were answered")
          } catch {
            #expect(error.code == .invalidArgument)
          }
        }
        let rows = try await shop.orderSession.number("SELECT count(*) FROM orders")
        #expect(rows == 0)
      }
    }

    @Test func `a hold is asked about later than any call may last`() {
      let settings = InventorySettings()
      #expect(settings.askAfter >= CallDeadlines().cap + .seconds(5))
    }
  }
}

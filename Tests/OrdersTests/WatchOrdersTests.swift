import Contracts
import Operations
import RPC
import TestSupport
import Testing

@testable import Orders

extension OrdersOnPostgres {
  @Suite struct WatchOrdersTests {
    private typealias Watch = WatchedCall<WatchOrdersResponse>

    private static func watch(
      _ node: OrdersNode, _ request: WatchOrdersRequest = WatchOrdersRequest()
    ) -> Watch {
      WatchedCall { (writer) throws(RPCError) in
        try await node.handlers.watchOrders(request, writer, CallContext())
      }
    }

    /// Events as `id kind version`, until there are so many.
    private static func events(_ watch: Watch, _ count: Int) async throws -> [OrderEvent] {
      var events: [OrderEvent] = []
      while events.count < count {
        events += try #require(await watch.next()).events
      }
      return events
    }

    private static func place(_ shop: TestShop, on node: OrdersNode? = nil) async throws -> String {
      let answer = await shop.place(TestShop.request([("A", 1)]), on: node)
      return try #require(answer.receipt, "\(String(describing: answer.error))").orderID
    }

    private static func cancel(_ id: String, on node: OrdersNode) async throws {
      _ = try await node.handlers.cancelOrder(CancelOrderRequest(orderID: id), CallContext())
    }

    private static func placed(_ id: String) -> OrderEvent {
      OrderEvent(orderID: id, kind: .placed, version: 1)
    }

    private static func cancelled(_ id: String) -> OrderEvent {
      OrderEvent(orderID: id, kind: .cancelled, version: 2)
    }

    @Test func `a watch tells all there was, then what comes, of every replica`() async throws {
      try await TestShop.with(stock: [("A", 100)]) { shop in
        let second = try await shop.secondOrders()
        let first = try await Self.place(shop)
        let watch = Self.watch(shop.orders)
        let begin = try #require(await watch.next())
        #expect(begin.events == [] && !begin.resumeToken.isEmpty)
        #expect(try await Self.events(watch, 1) == [Self.placed(first)])
        let other = try await Self.place(shop, on: second)
        #expect(try await Self.events(watch, 1) == [Self.placed(other)])
        try await Self.cancel(other, on: shop.orders)
        #expect(try await Self.events(watch, 1) == [Self.cancelled(other)])
        // A third writer, that is, a stream that did not exist when the watch began.
        let third = try await shop.secondOrders()
        let last = try await Self.place(shop, on: third)
        #expect(try await Self.events(watch, 1) == [Self.placed(last)])
        await watch.cancel()
        await second.stop()
        await third.stop()
      }
    }

    @Test func `a watch of what is new begins behind all there is, and its token knows where`()
      async throws
    {
      try await TestShop.with(stock: [("A", 100)]) { shop in
        _ = try await Self.place(shop)
        let watch = Self.watch(shop.orders, WatchOrdersRequest(newOnly: true))
        let token = try #require(await watch.next()).resumeToken
        await watch.cancel()
        let missed = try await Self.place(shop)
        let resumed = Self.watch(shop.orders, WatchOrdersRequest(resumeToken: token))
        #expect(try #require(await resumed.next()).resumeToken == token)
        #expect(try await Self.events(resumed, 1) == [Self.placed(missed)])
        await resumed.cancel()
      }
    }

    /// Every process goes and comes back while a watcher stops at any message and goes on with its
    /// token at whichever replica there is.
    @Test func `restarts of every process leave no gap and repeat nothing`() async throws {
      try await TestShop.with(stock: [("A", 1_000)]) { shop in
        var expected: [OrderEvent] = []
        var heard: [OrderEvent] = []
        var token = ""
        for round in 0..<4 {
          let node = try await shop.secondOrders()
          for number in 0..<6 {
            let id = try await Self.place(shop, on: number % 2 == 0 ? node : shop.orders)
            expected.append(Self.placed(id))
            if number % 3 == 0 {
              try await Self.cancel(id, on: number % 2 == 0 ? shop.orders : node)
              expected.append(Self.cancelled(id))
            }
          }
          let watch = Self.watch(node, WatchOrdersRequest(resumeToken: token))
          // The last round hears everything, those before it stop somewhere on the way.
          let enough = round == 3 ? expected.count : expected.count - 2 - round
          token = try #require(await watch.next()).resumeToken
          while heard.count < enough {
            let message = try #require(await watch.next())
            heard += message.events
            token = message.resumeToken
          }
          await watch.cancel()
          await node.stop()
        }
        #expect(heard == expected)
        let behind = Self.watch(shop.orders, WatchOrdersRequest(resumeToken: token))
        #expect(try #require(await behind.next()).events == [])
        let id = try await Self.place(shop)
        #expect(try await Self.events(behind, 1) == [Self.placed(id)])
        await behind.cancel()
      }
    }

    @Test func `many orders at once are told once each, however few rows are read at a time`()
      async throws
    {
      try await TestShop.with(stock: [("A", 10_000)]) { shop in
        let second = try await shop.secondOrders()
        let watch = Self.watch(second)
        _ = await watch.next()
        let ids = try await withThrowingTaskGroup(of: [String].self) { group in
          for worker in 0..<20 {
            group.addTask {
              var placed: [String] = []
              for _ in 0..<25 {
                placed.append(
                  try await Self.place(shop, on: worker % 2 == 0 ? second : nil))
              }
              return placed
            }
          }
          return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        let heard = try await Self.events(watch, ids.count).map(\.orderID)
        #expect(heard.count == ids.count && Set(heard) == ids)
        await watch.cancel()
        await second.stop()
      }
    }

    @Test func `an id that was closed is never told`() async throws {
      try await TestShop.with { shop in
        let watch = Self.watch(shop.orders)
        _ = await watch.next()
        let closed = "00000000-0000-7000-8000-000000000001"
        let answer = try await shop.handlers.resolveOrders(
          ResolveOrdersRequest(orderIDs: [closed]), CallContext())
        #expect(answer.resolutions.map(\.fate) == [.aborted])
        // Not even if somebody had logged it.
        try await shop.orderSession.run(
          """
          INSERT INTO order_log (stream, pos, order_ids, kinds, versions)
          VALUES (300, 1, '{\(closed)}', '{3}', '{1}')
          """)
        let id = try await Self.place(shop)
        #expect(try await Self.events(watch, 1) == [Self.placed(id)])
        await watch.cancel()
      }
    }

    @Test func `a token that is none of these orders is refused by its field`() async throws {
      try await TestShop.with { shop in
        _ = try await Self.place(shop)
        let ahead = LogCursor(LogHeads([1: .max])).token
        for token in ["x", "0", String(repeating: "0", count: 40), ahead] {
          let error = await Self.watch(shop.orders, WatchOrdersRequest(resumeToken: token)).end()
          #expect(error?.code == .invalidArgument && error?.reason == "INVALID_REQUEST")
          #expect(error?.fields == ["resume_token"], "\(token)")
        }
        let begin = LogCursor().token
        let both = await Self.watch(
          shop.orders, WatchOrdersRequest(resumeToken: begin, newOnly: true)
        ).end()
        #expect(both?.fields == ["new_only"])
      }
    }

    @Test func `watchers are let go when the process is to end, and later ones at once`()
      async throws
    {
      try await TestShop.with { shop in
        let watch = Self.watch(shop.orders)
        _ = await watch.next()
        shop.orders.endWatches()
        let error = await watch.end()
        #expect(error?.code == .unavailable && error?.reason == "SHUTTING_DOWN")
        let late = await Self.watch(shop.orders).end()
        #expect(late?.code == .unavailable && late?.reason == "SHUTTING_DOWN")
        // Everything else is still served.
        #expect(await shop.place([("A", 1)]).receipt != nil)
      }
    }

    @Test func `past the most that may watch the next is refused until one goes`() async throws {
      var settings = OrdersSettings()
      settings.watchesMax = 2
      try await TestShop.with(settings: settings) { shop in
        let watches = [Self.watch(shop.orders), Self.watch(shop.orders)]
        for watch in watches { _ = await watch.next() }
        let refused = await Self.watch(shop.orders).end()
        #expect(refused?.code == .resourceExhausted && refused?.reason == "OVERLOADED")
        await watches[0].cancel()
        let next = Self.watch(shop.orders)
        #expect(await next.next() != nil)
        await next.cancel()
        await watches[1].cancel()
      }
    }

    @Test func `without anybody who watches, nothing is asked of the log`() async throws {
      try await TestShop.with { shop in
        let watch = Self.watch(shop.orders)
        _ = await watch.next()
        #expect(shop.orders.handlers.watch.log.listenerCount == 1)
        await watch.cancel()
        #expect(shop.orders.handlers.watch.log.listenerCount == 0)
      }
    }

    @Test func `a row that is gone from the log ends a watch instead of being passed over`()
      async throws
    {
      try await TestShop.with { shop in
        let node = try await shop.secondOrders()
        for _ in 0..<3 { _ = try await Self.place(shop, on: node) }
        try await shop.orderSession.run(
          "DELETE FROM order_log WHERE cardinality(order_ids) = 1 AND pos = 3")
        let error = await Self.watch(shop.orders).end()
        #expect(error?.code == .internalError && error?.reason == "INTERNAL")
        await node.stop()
      }
    }
  }
}

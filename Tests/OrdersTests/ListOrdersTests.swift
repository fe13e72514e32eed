import Contracts
import Operations
import RPC
import TestSupport
import Testing

@testable import Orders

extension OrdersOnPostgres {
  @Suite struct ListOrdersTests {
    private static func list(
      _ shop: TestShop, _ request: ListOrdersRequest
    ) async throws -> ListOrdersResponse {
      try await shop.handlers.listOrders(request, CallContext())
    }

    private static func error(_ shop: TestShop, _ request: ListOrdersRequest) async -> RPCError? {
      do throws(RPCError) {
        _ = try await shop.handlers.listOrders(request, CallContext())
        return nil
      } catch {
        return error
      }
    }

    /// `count` orders of customer c-1, of which several always have the same time.
    private static func fill(_ shop: TestShop, _ count: Int) async throws -> [String] {
      for _ in 0..<count { #expect(await shop.place([("A", 1)]).receipt != nil) }
      try await shop.orderSession.run(
        "UPDATE orders SET created_at = date_trunc('second', created_at)")
      return try await shop.orderSession.texts(
        "SELECT order_id FROM orders ORDER BY created_at DESC, order_id DESC"
      ).map { $0.filter { $0 != "(" && $0 != ")" } }
    }

    private static func walk(
      _ shop: TestShop, _ size: Int32,
      between: () async throws -> Void = {}
    ) async throws -> [String] {
      var ids: [String] = []
      var token = ""
      repeat {
        let page = try await list(
          shop, ListOrdersRequest(customerID: "c-1", pageSize: size, pageToken: token))
        #expect(page.orders.count <= size)
        ids += page.orders.map(\.orderID)
        token = page.nextPageToken
        try await between()
      } while !token.isEmpty
      return ids
    }

    @Test(arguments: [1, 2, 3, 7, 8, 500] as [Int32])
    func `walking the pages shows every order once, newest first`(size: Int32) async throws {
      try await TestShop.with { shop in
        let all = try await Self.fill(shop, 7)
        let walked = try await Self.walk(shop, size)
        #expect(walked == all)
      }
    }

    @Test func `orders that come meanwhile neither hide nor repeat another`() async throws {
      try await TestShop.with(stock: [("A", 100)]) { shop in
        let all = try await Self.fill(shop, 9)
        let walked = try await Self.walk(shop, 2) {
          #expect(await shop.place([("A", 1)]).receipt != nil)
        }
        #expect(walked.filter(Set(all).contains) == all)
        #expect(Set(walked).count == walked.count)
      }
    }

    @Test func `a list shows one customer's orders, of one status or time if asked`() async throws {
      try await TestShop.with { shop in
        let first = try #require(await shop.place([("A", 1)]).receipt)
        let second = try #require(await shop.place([("A", 2)]).receipt)
        let other = TestShop.request([("A", 1)], customer: "c-2")
        let third = try #require(await shop.place(other).receipt)
        _ = try await shop.handlers.cancelOrder(
          CancelOrderRequest(orderID: first.orderID), CallContext())
        // An id that was given up has no customer and is nobody's.
        _ = try await shop.handlers.resolveOrders(
          ResolveOrdersRequest(orderIDs: ["00000000-0000-7000-8000-000000000001"]), CallContext())

        let own = try await Self.list(shop, ListOrdersRequest(customerID: "c-1"))
        #expect(own.orders.map(\.orderID) == [second.orderID, first.orderID])
        #expect(own.orders.map(\.lines) == [second.lines, first.lines])
        #expect(own.nextPageToken == "")
        let cancelled = try await Self.list(
          shop, ListOrdersRequest(customerID: "c-1", status: .cancelled))
        #expect(cancelled.orders.map(\.orderID) == [first.orderID])
        #expect(cancelled.orders.first?.version == 2)
        let others = try await Self.list(shop, ListOrdersRequest(customerID: "c-2"))
        #expect(others.orders.map(\.orderID) == [third.orderID])
        // `from` is part of the time, `to` is not.
        let times = ListOrdersRequest(
          customerID: "c-1", from: first.createdAt, to: second.createdAt)
        let between = try await Self.list(shop, times)
        #expect(between.orders.map(\.orderID) == [first.orderID])
      }
    }

    @Test func `a page has fifty orders unless told otherwise, and never more than five hundred`()
      async throws
    {
      try await TestShop.with { shop in
        try await shop.orderSession.run(
          """
          INSERT INTO orders (order_id, status, version, customer_id, currency, total_minor,
            body_digest, created_at, updated_at)
          SELECT gen_random_uuid(), 1, 1, 'many', 'EUR', 0, '', now(), now()
          FROM generate_series(1, 501)
          """)
        let usual = try await Self.list(shop, ListOrdersRequest(customerID: "many"))
        #expect(usual.orders.count == 50 && usual.nextPageToken != "")
        let most = try await Self.list(
          shop, ListOrdersRequest(customerID: "many", pageSize: .max))
        #expect(most.orders.count == 500)
        let rest = try await Self.list(
          shop,
          ListOrdersRequest(customerID: "many", pageSize: .max, pageToken: most.nextPageToken))
        #expect(rest.orders.count == 1 && rest.nextPageToken == "")
        try await shop.orderSession.run("DELETE FROM orders WHERE customer_id = 'many'")
      }
    }

    @Test func `what is no request for a list is named field by field`() async throws {
      try await TestShop.with { shop in
        let wrong = await Self.error(
          shop,
          ListOrdersRequest(
            customerID: "", status: OrderStatus(rawValue: 3), from: Timestamp(seconds: -1),
            to: Timestamp(seconds: 1, nanos: -1)))
        #expect(wrong?.code == .invalidArgument)
        #expect(wrong?.fields == ["customer_id", "status", "from", "to"])
        let size = await Self.error(shop, ListOrdersRequest(customerID: "c-1", pageSize: -1))
        #expect(size?.fields == ["page_size"])
      }
    }

    @Test func `a token of another list, filter or customer, or a damaged one, is refused`()
      async throws
    {
      try await TestShop.with { shop in
        _ = try await Self.fill(shop, 2)
        let page = try await Self.list(shop, ListOrdersRequest(customerID: "c-1", pageSize: 1))
        let token = page.nextPageToken
        var wrong = [
          ListOrdersRequest(customerID: "c-2", pageToken: token),
          ListOrdersRequest(customerID: "c-1", status: .confirmed, pageToken: token),
          ListOrdersRequest(customerID: "c-1", from: Timestamp(seconds: 1), pageToken: token),
        ]
        for text in ["x", "00", String(token.dropLast()), token + "00", token.uppercased()] {
          wrong.append(ListOrdersRequest(customerID: "c-1", pageToken: text))
        }
        for index in token.indices {
          var damaged = token
          let digit = damaged.remove(at: index)
          damaged.insert(digit == "0" ? "1" : "0", at: index)
          wrong.append(ListOrdersRequest(customerID: "c-1", pageToken: damaged))
        }
        for request in wrong {
          let error = await Self.error(shop, request)
          #expect(error?.code == .invalidArgument && error?.fields == ["page_token"])
        }
      }
    }
  }
}

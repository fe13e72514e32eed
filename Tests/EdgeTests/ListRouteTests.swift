import Contracts
import RPC
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct ListRouteTests {
  @Test func `stock without a SKU is a list with the token of its next page`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 5, reserved: 2)
      edge.inventory.withState { $0.nextPageToken = "ab12" }
      let reply = try await edge.ask("GET", "/v1/stock?page_size=1&page_token=")
      #expect(reply.status == 200)
      #expect(
        reply.text == #"{"items":[{"sku":"A","onHand":5,"reserved":2,"available":3,"#
          + #""unitPrice":{"currency":"EUR","minorUnits":1299}}],"nextPageToken":"ab12"}"#)
      _ = try await edge.ask("GET", "/v1/stock?page_token=ab12")
      #expect(
        edge.inventory.withState { $0.lists } == [
          ListStockRequest(pageSize: 1), ListStockRequest(pageToken: "ab12"),
        ])
    }
  }

  @Test func `a customer's orders are a list`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      let reply = try await edge.ask("GET", "/v1/orders?customer_id=c-1&status=CONFIRMED")
      #expect(reply.status == 200)
      #expect(reply.text.hasPrefix(#"{"orders":[{"orderId":"\#(OrderRouteTests.firstID)","#))
      #expect(reply.text.hasSuffix(#""}],"nextPageToken":""}"#))
      let none = try await edge.ask("GET", "/v1/orders?customer_id=c-2")
      #expect(none.text == #"{"orders":[],"nextPageToken":""}"#)
      #expect(
        edge.orders.withState { $0.lists } == [
          ListOrdersRequest(customerID: "c-1", status: .confirmed),
          ListOrdersRequest(customerID: "c-2"),
        ])
    }
  }

  @Test(arguments: [
    ("/v1/stock?page_size=0", "page_size", "VALUE_OUT_OF_RANGE"),
    ("/v1/stock?page_size=501", "page_size", "VALUE_OUT_OF_RANGE"),
    ("/v1/stock?page_size=+1", "page_size", "VALUE_OUT_OF_RANGE"),
    ("/v1/stock?page_size=01", "page_size", "VALUE_OUT_OF_RANGE"),
    ("/v1/stock?page_size=99999999999999999999", "page_size", "VALUE_OUT_OF_RANGE"),
    ("/v1/stock?page_size=", "page_size", "INVALID_VALUE"),
    ("/v1/stock?sku=A&page_size=1", "page_size", "INVALID_VALUE"),
    ("/v1/stock?sku=A&page_token=", "page_token", "INVALID_VALUE"),
    ("/v1/orders", "customer_id", "MISSING_FIELD"),
    ("/v1/orders?customer_id=", "customer_id", "INVALID_VALUE"),
    ("/v1/orders?customer_id=a%20b", "customer_id", "INVALID_VALUE"),
    ("/v1/orders?customer_id=c&status=ABORTED", "status", "INVALID_VALUE"),
    ("/v1/orders?customer_id=c&status=confirmed", "status", "INVALID_VALUE"),
    ("/v1/orders?customer_id=c&page_size=1&page_size=2", "page_size", "DUPLICATE_PARAMETER"),
    ("/v1/orders?customer_id=c&sort=asc", "sort", "UNKNOWN_PARAMETER"),
    (
      "/v1/orders?customer_id=c&page_token=" + String(repeating: "a", count: 513), "page_token",
      "PAGE_TOKEN_INVALID"
    ),
  ])
  func `a question that is none is named and nobody is asked`(
    target: String, name: String, reason: String
  ) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", target)
      #expect(reply.status == 400)
      #expect(reply.text.contains("\"reason\":\"\(reason)\""))
      #expect(reply.text.contains("\"path\":\"query.\(name)\""))
      #expect(edge.orders.callCount == 0 && edge.inventory.callCount == 0)
    }
  }

  @Test func `a token that the service refuses has a reason of its own`() async throws {
    try await Fixture.run { edge in
      edge.orders.fail(RPCError(PageToken.invalid))
      let reply = try await edge.ask("GET", "/v1/orders?customer_id=c&page_token=00")
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""reason":"PAGE_TOKEN_INVALID""#))
      #expect(reply.text.contains(#""path":"query.page_token""#))
    }
  }
}

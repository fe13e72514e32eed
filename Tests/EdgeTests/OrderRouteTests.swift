import Contracts
import RPC
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct OrderRouteTests {
  static let firstID = "01980000-0000-7000-8000-000000000001"
  static let receipt =
    #"{"orderId":"01980000-0000-7000-8000-000000000001","customerId":"c-1","status":"CONFIRMED","#
    + #""total":{"currency":"EUR","minorUnits":2598},"lines":[{"sku":"A","quantity":2,"#
    + #""unitPrice":{"currency":"EUR","minorUnits":1299}}],"#
    + #""createdAt":"2026-01-02T03:04:05.000006Z"}"#

  @Test func `a placed order answers its receipt, place and tag`() async throws {
    try await Fixture.run { edge in
      let reply = try await edge.post("/v1/orders", Fixture.order)
      #expect(reply.status == 201)
      #expect(reply.text == Self.receipt)
      #expect(reply.header("Location") == "/v1/orders/\(Self.firstID)")
      #expect(reply.header("ETag") == "\"1\"")
      #expect(reply.header("Idempotent-Replayed") == nil)
      #expect(edge.orders.callCount == 1)
      #expect(edge.inventory.callCount == 0)
    }
  }

  @Test func `an order is a receipt with version and time of change`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      for target in ["/v1/orders/\(Self.firstID)", "/v1/orders/\(Self.firstID.uppercased())"] {
        let reply = try await edge.ask("GET", target)
        #expect(reply.status == 200)
        #expect(reply.header("ETag") == "\"1\"")
        #expect(
          reply.text == Self.receipt.dropLast()
            + #","version":1,"updatedAt":"2026-01-02T03:04:05.000006Z"}"#)
      }
      #expect(
        edge.orders.withState { $0.questions.map(\.orderID) } == [Self.firstID, Self.firstID])
    }
  }

  @Test(arguments: [
    (OrderStatus.cancelled, "CANCELLED"), (.shipped, "SHIPPED"), (.delivered, "DELIVERED"),
  ])
  func `a status is written by its name`(status: OrderStatus, name: String) async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      edge.orders.withState { $0.orders[Self.firstID]?.order.status = status }
      let reply = try await edge.ask("GET", "/v1/orders/\(Self.firstID)")
      #expect(reply.text.contains(#""status":"\#(name)""#))
    }
  }

  @Test func `another customer's order is not found`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      let path = "/v1/orders/\(Self.firstID)"
      #expect(try await edge.ask("GET", path + "?customer_id=c-1").status == 200)
      let reply = try await edge.ask("GET", path + "?customer_id=c-2")
      #expect(reply.status == 404)
      #expect(reply.text.contains(#""reason":"ORDER_UNKNOWN""#))
      #expect(try await edge.ask("GET", path + "?customer_id=a%20b").status == 400)
      #expect(edge.orders.callCount == 3)
    }
  }

  @Test(arguments: [
    "x", "01980000-0000-7000-8000-00000000000", "01980000-0000-7000-8000-0000000000010",
    "01980000_0000_7000_8000_000000000001", "0198000000007000800000000000000001",
    "01980000-0000-7000-8000-00000000000g", "%7B01980000-0000-7000-8000-000000000001%7D",
  ])
  func `an id that is no UUID is named and nobody is asked`(id: String) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", "/v1/orders/\(id)")
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""errors":[{"path":"path.order_id","#))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `an unknown order is not found`() async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", "/v1/orders/\(Self.firstID)")
      #expect(reply.status == 404)
      #expect(reply.text.contains(#""reason":"ORDER_UNKNOWN""#))
    }
  }

  @Test(arguments: ["\"1\"", "W/\"1\"", "*", "\"0\", \"1\""])
  func `a client that has the current version is spared the body`(tag: String) async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      let path = "/v1/orders/\(Self.firstID)"
      let same = try await edge.ask("GET", path, headers: ["If-None-Match: \(tag)"])
      #expect(same.status == 304)
      #expect(same.header("ETag") == "\"1\"")
      #expect(same.body.isEmpty)
      let other = try await edge.ask("GET", path, headers: ["If-None-Match: \"2\""])
      #expect(other.status == 200)
    }
  }

  @Test func `the same key and body again is the same answer, marked as replayed`() async throws {
    try await Fixture.run { edge in
      let first = try await edge.post("/v1/orders", Fixture.order, headers: ["Idempotency-Key: k1"])
      #expect(first.header("Idempotent-Replayed") == nil)
      edge.orders.withState { $0.orders[Self.firstID]?.order.version = 2 }
      let body = Fixture.order.dropLast() + #","requestId":"k1"}"#
      let repeats: [(String, [String])] = [
        (Fixture.order, ["Idempotency-Key: k1"]), (Fixture.order, ["idempotency-key: \"k1\""]),
        (String(body), []), (String(body), ["Idempotency-Key: \"k1\""]),
      ]
      for (body, headers) in repeats {
        let again = try await edge.post("/v1/orders", body, headers: headers)
        #expect(again.status == 201)
        #expect(again.body == first.body)
        #expect(again.header("Location") == first.header("Location"))
        #expect(again.header("ETag") == "\"1\"")
        #expect(again.header("Idempotent-Replayed") == "true")
      }
      #expect(
        edge.orders.withState { $0.placements.map(\.requestID) }
          == Array(repeating: "k1", count: 5))
    }
  }

  @Test func `the same key with another body is refused and changes nothing`() async throws {
    try await Fixture.run { edge in
      let key = ["Idempotency-Key: k1"]
      _ = try await edge.post("/v1/orders", Fixture.order, headers: key)
      let before = edge.orders.withState { $0.orders[Self.firstID]?.order }
      let other = Fixture.order.replacing("\"quantity\":2", with: "\"quantity\":3")
      let reply = try await edge.post("/v1/orders", other, headers: key)
      #expect(reply.status == 422)
      #expect(reply.text.contains(#""reason":"REQUEST_ID_REUSED""#))
      #expect(edge.orders.withState { $0.orders.count } == 1)
      #expect(edge.orders.withState { $0.orders[Self.firstID]?.order } == before)
    }
  }

  @Test(
    arguments: [
      (["Idempotency-Key: k1"], "k2"), (["Idempotency-Key: k1", "Idempotency-Key: k1"], nil),
      (["Idempotency-Key: k1", "Idempotency-Key: k2"], nil),
    ] as [([String], String?)])
  func `keys that disagree are refused`(headers: [String], key: String?) async throws {
    try await Fixture.run { edge in
      let body = key.map { String(Fixture.order.dropLast()) + #","requestId":"\#($0)"}"# }
      let reply = try await edge.post("/v1/orders", body ?? Fixture.order, headers: headers)
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""reason":"IDEMPOTENCY_KEY_MISMATCH""#))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a malformed key is refused before anybody is asked`() async throws {
    try await Fixture.run { edge in
      for key in ["", "a b", String(repeating: "k", count: 129), "\"k"] {
        let reply = try await edge.post(
          "/v1/orders", Fixture.order, headers: ["Idempotency-Key: \(key)"])
        #expect(reply.status == 400)
        #expect(reply.text.contains(#""errors":[{"path":"header.Idempotency-Key","#))
      }
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `without a key each request is an order of its own`() async throws {
    try await Fixture.run { edge in
      let first = try await edge.post("/v1/orders", Fixture.order)
      let second = try await edge.post("/v1/orders", Fixture.order)
      #expect(first.header("Location") != second.header("Location"))
      #expect(edge.orders.callCount == 2)
      #expect(edge.orders.withState { $0.placements.allSatisfy(\.requestID.isEmpty) })
    }
  }

  @Test func `an order without a key is refused where keys are required`() async throws {
    try await Fixture.run({ $0.keyRequired = true }) { edge in
      let without = try await edge.post("/v1/orders", Fixture.order)
      #expect(without.status == 400)
      #expect(without.text.contains(#""reason":"MISSING_FIELD""#))
      #expect(without.text.contains(#""errors":[{"path":"header.Idempotency-Key","#))
      let body = Fixture.order.dropLast() + #","requestId":"k1"}"#
      #expect(try await edge.post("/v1/orders", String(body)).status == 201)
      let reading = try await edge.ask("GET", "/v1/orders/\(Self.firstID)")
      #expect(reading.status == 200)
    }
  }

  @Test func `nothing is repeated after a failure`() async throws {
    try await Fixture.run { edge in
      edge.orders.fail(RPCError(.unavailable, "connection refused", isRetrySafe: true))
      let reply = try await edge.post("/v1/orders", Fixture.order)
      #expect(reply.status == 503)
      #expect(reply.header("Retry-After") == "1")
      #expect(edge.orders.callCount == 1)
    }
  }

  @Test func `a stopped inventory is unavailable and not a shortage`() async throws {
    try await Fixture.run { edge in
      let info = ErrorInfo(reason: "INVENTORY_UNAVAILABLE", domain: "orderly")
      edge.orders.fail(RPCError(.unavailable, "inventory is away", details: [AnyDetail(info)]))
      let reply = try await edge.post("/v1/orders", Fixture.order)
      #expect(reply.status == 503)
      #expect(reply.header("Retry-After") == "1")
      #expect(reply.text.contains(#""reason":"INVENTORY_UNAVAILABLE""#))
    }
  }

  @Test func `two edges before the same services see each other's writes`() async throws {
    let orders = MemoryOrders()
    try await Fixture.run(orders: orders) { one in
      try await Fixture.run(orders: orders) { other in
        let key = ["Idempotency-Key: k1"]
        let first = try await one.post("/v1/orders", Fixture.order, headers: key)
        let again = try await other.post("/v1/orders", Fixture.order, headers: key)
        #expect(again.body == first.body)
        #expect(again.header("Idempotent-Replayed") == "true")
        #expect(try await other.ask("GET", "/v1/orders/\(Self.firstID)").status == 200)
      }
    }
  }

  @Test(arguments: ["x\r\nSet-Cookie: a=b", "", "../../x", "01980000-0000-7000-8000-00000000000/"])
  func `an id that is no UUID never gets into a header`(id: String) async throws {
    try await Fixture.run { edge in
      edge.orders.withState { $0.forcedID = id }
      let reply = try await edge.post("/v1/orders", Fixture.order)
      #expect(reply.status == 500)
      #expect(reply.header("Location") == nil)
      #expect(reply.header("Set-Cookie") == nil)
    }
  }

  @Test func `figures of a stored order outside their bounds are internal failures`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      let spoil: [@Sendable (inout Order) -> Void] = [
        { $0.version = 0 }, { $0.totalMinor = -1 }, { $0.createdAt = nil },
        { $0.updatedAt?.seconds = .max }, { $0.updatedAt?.nanos = 1_000_000_000 },
        { $0.status = OrderStatus(rawValue: 99) }, { $0.lines[0].quantity = 0 },
        { $0.lines[0].unitPriceMinor = .max },
      ]
      let good = try #require(edge.orders.withState { $0.orders[Self.firstID] })
      for change in spoil {
        edge.orders.withState { state in
          state.orders[Self.firstID] = good
          if var bad = state.orders[Self.firstID] {
            change(&bad.order)
            state.orders[Self.firstID] = bad
          }
        }
        #expect(try await edge.ask("GET", "/v1/orders/\(Self.firstID)").status == 500)
      }
    }
  }
}

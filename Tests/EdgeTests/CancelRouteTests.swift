import Contracts
import RPC
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct CancelRouteTests {
  private static let id = OrderRouteTests.firstID
  private static let path = "/v1/orders/\(id)/cancel"

  @Test func `an order is cancelled with and without a body, and again`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      let first = try await edge.ask("POST", Self.path)
      #expect(first.status == 200 && first.header("ETag") == "\"2\"")
      #expect(first.text.contains(#""status":"CANCELLED""#) && first.text.contains(#""version":2"#))
      let again = try await edge.post(Self.path, #"{"reason":"changed my mind"}"#)
      #expect(again.status == 200 && again.text == first.text)
      #expect(edge.orders.withState { $0.cancellations.map(\.expectedVersion) } == [0, 0])
    }
  }

  @Test func `a tag that is not the order's is a failed precondition with the current one`()
    async throws
  {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      let stale = try await edge.ask("POST", Self.path, headers: ["If-Match: \"7\""])
      #expect(stale.status == 412 && stale.header("ETag") == "\"1\"")
      #expect(stale.text.contains(#""reason":"VERSION_MISMATCH""#))
      let any = try await edge.ask("POST", Self.path, headers: ["If-Match: *"])
      #expect(any.status == 200)
      let current = try await edge.ask("POST", Self.path, headers: ["If-Match: \"2\""])
      #expect(current.status == 200)
      #expect(edge.orders.withState { $0.cancellations.map(\.expectedVersion) } == [7, 0, 2])
    }
  }

  @Test(arguments: [
    "W/\"1\"", "1", "\"\"", "\"1", "\"01\"", "\"-1\"", "\"1\", \"2\"", "\"99999999999999999999\"",
    "\"a\"",
  ])
  func `a tag that is weak or none of ours is named and nobody is asked`(
    tag: String
  ) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("POST", Self.path, headers: ["If-Match: \(tag)"])
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""path":"header.If-Match""#))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test(arguments: [
    (#"{"reason":""}"#, "$.reason"), (#"{"reason":7}"#, "$.reason"), (#"{"why":"x"}"#, "$.why"),
    (#"{"reason":"a","reason":"b"}"#, "$.reason"), ("[]", "$"),
  ])
  func `a body that is no reason is named`(body: String, path: String) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.post(Self.path, body)
      #expect(reply.status == 400)
      #expect(reply.text.contains("\"path\":\"\(path)\""))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `another customer's order, and one that is none, are not found`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.post("/v1/orders", Fixture.order)
      #expect(try await edge.ask("POST", Self.path + "?customer_id=c-2").status == 404)
      #expect(try await edge.ask("POST", "/v1/orders/x/cancel").status == 400)
      #expect(try await edge.ask("GET", Self.path).status == 405)
      #expect(try await edge.ask("POST", Self.path + "?customer_id=c-1").status == 200)
    }
  }
}

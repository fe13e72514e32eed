import Contracts
import RPC
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct StockRouteTests {
  @Test func `levels come in the order asked, each SKU once, unknown ones apart`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 5, price: 1299, reserved: 2)
      edge.inventory.stock("B", 0, price: 0)
      let reply = try await edge.ask("GET", "/v1/stock?sku=B&sku=X&sku=A&sku=B&sku=Y")
      #expect(reply.status == 200)
      #expect(
        reply.text
          == #"{"items":[{"sku":"B","available":0,"unitPrice":{"currency":"EUR","minorUnits":0}},"#
          + #"{"sku":"A","available":3,"unitPrice":{"currency":"EUR","minorUnits":1299}}],"#
          + #""missing":["X","Y"]}"#)
      #expect(edge.inventory.callCount == 1)
      let asked = edge.inventory.withState { $0.checks[0].lines.map(\.sku) }
      #expect(asked == ["B", "X", "A", "Y"])
    }
  }

  @Test func `empty lists are written and not left out`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      let known = try await edge.ask("GET", "/v1/stock?sku=A")
      #expect(known.text.hasSuffix(#"}}],"missing":[]}"#))
      let unknown = try await edge.ask("GET", "/v1/stock?sku=X")
      #expect(unknown.text == #"{"items":[],"missing":["X"]}"#)
    }
  }

  @Test func `one item is read by its path`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A/B", 3)
      let reply = try await edge.ask("GET", "/v1/stock/A%2FB")
      #expect(reply.status == 200)
      #expect(
        reply.text
          == #"{"sku":"A/B","available":3,"unitPrice":{"currency":"EUR","minorUnits":1299}}"#)
    }
  }

  @Test func `an unknown SKU is not found`() async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", "/v1/stock/X", headers: ["X-Request-Id: r-1"])
      #expect(reply.status == 404)
      #expect(
        reply.text
          == #"{"type":"urn:orderly:problem:sku-unknown","title":"SKU unknown","status":404,"#
          + #""detail":"There is no SKU X.","instance":"/v1/stock/X","code":"NOT_FOUND","#
          + #""reason":"SKU_UNKNOWN","requestId":"r-1"}"#)
    }
  }

  @Test func `a SKU named events is read with a query, and its path is reserved`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("events", 1)
      let queried = try await edge.ask("GET", "/v1/stock?sku=events")
      #expect(queried.status == 200)
      let reserved = try await edge.ask("GET", "/v1/stock/events")
      #expect(reserved.status == 404)
      #expect(edge.inventory.callCount == 1)
    }
  }

  @Test func `an adjustment answers the new figures, and again the same`() async throws {
    try await Fixture.run { edge in
      let body =
        #"{"delta":5,"reason":"receipt","reference":"PO-7","#
        + #""unitPrice":{"currency":"EUR","minorUnits":1299}}"#
      let golden =
        #"{"sku":"A B","onHand":5,"reserved":0,"available":5,"#
        + #""unitPrice":{"currency":"EUR","minorUnits":1299}}"#
      for _ in 0..<2 {
        let reply = try await edge.post("/v1/stock/A%20B/adjustments", body)
        #expect(reply.status == 200)
        #expect(reply.text == golden)
      }
      #expect(edge.inventory.callCount == 2)
      let sent = edge.inventory.withState { $0.adjustments[0] }
      #expect(sent.ref == "PO-7")
      #expect(sent.reason == "receipt")
      #expect(sent.items.count == 1)
      #expect(sent.items.first?.sku == "A B")
      #expect(sent.items.first?.currency == "EUR")
    }
  }

  @Test func `an absent price is not sent as zero`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      for price in ["", #","unitPrice":null"#] {
        let body = #"{"delta":1,"reason":"r","reference":"c\#(price.count)"\#(price)}"#
        let reply = try await edge.post("/v1/stock/A/adjustments", body)
        #expect(reply.status == 200)
      }
      let items = edge.inventory.withState { $0.adjustments.flatMap(\.items) }
      #expect(items.count == 2)
      #expect(items.allSatisfy { $0.unitPriceMinor == nil && $0.currency == nil })
    }
  }

  @Test(arguments: [
    (#"{"delta":0,"reason":"r","reference":"x"}"#, "VALUE_OUT_OF_RANGE", "$.delta"),
    (#"{"delta":9007199254740992,"reason":"r","reference":"x"}"#, "VALUE_OUT_OF_RANGE", "$.delta"),
    (#"{"delta":1,"reason":"","reference":"x"}"#, "INVALID_VALUE", "$.reason"),
    (#"{"delta":1,"reason":"r","reference":"a b"}"#, "INVALID_VALUE", "$.reference"),
    (#"{"delta":1,"reason":"r"}"#, "MISSING_FIELD", "$.reference"),
    (#"{"delta":1,"reason":null,"reference":"x"}"#, "MISSING_FIELD", "$.reason"),
    (
      #"{"delta":1,"reason":"r","reference":"x","unitPrice":{"currency":"EUR"}}"#,
      "MISSING_FIELD", "$.unitPrice.minorUnits"
    ),
    (
      #"{"delta":1,"reason":"r","reference":"x","unitPrice":{"currency":"EUX","minorUnits":1}}"#,
      "INVALID_VALUE", "$.unitPrice.currency"
    ),
    (
      #"{"delta":1,"reason":"r","reference":"x","unitPrice":{"currency":"eur","minorUnits":1}}"#,
      "INVALID_VALUE", "$.unitPrice.currency"
    ),
    (
      #"{"delta":1,"reason":"r","reference":"x","unitPrice":{"currency":"EUR","minorUnits":-1}}"#,
      "VALUE_OUT_OF_RANGE", "$.unitPrice.minorUnits"
    ),
    (
      #"{"delta":1,"reason":"r","reference":"x","unitPrice":{"amount":1}}"#, "UNKNOWN_FIELD",
      "$.unitPrice.amount"
    ),
    (#"{"delta":1,"reason":"r","reference":"x","unitPrice":12}"#, "WRONG_TYPE", "$.unitPrice"),
  ])
  func `a wrong adjustment names what is wrong`(body: String, reason: String, path: String)
    async throws
  {
    try await Fixture.run { edge in
      let reply = try await edge.post("/v1/stock/A/adjustments", body)
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""reason":"\#(reason)""#))
      #expect(reply.text.contains(#""errors":[{"path":"\#(path)","#))
      #expect(edge.inventory.callCount == 0)
    }
  }

  @Test func `a violation found by the service is told with the client's own path`() async throws {
    try await Fixture.run { edge in
      let violation = BadRequest([.init(field: "items[0].sku", description: "is no SKU")])
      edge.inventory.fail(
        RPCError(
          .invalidArgument, "items[0].sku is no SKU",
          details: [
            AnyDetail(ErrorInfo(reason: "INVALID_REQUEST", domain: "orderly")),
            AnyDetail(violation),
          ]))
      let adjusted = try await edge.post(
        "/v1/stock/A%2FB/adjustments", #"{"delta":1,"reason":"r","reference":"x"}"#)
      #expect(adjusted.status == 400)
      #expect(adjusted.text.contains(#""errors":[{"path":"path.sku","detail":"is no SKU"}]"#))
      let asked = try await edge.ask("GET", "/v1/stock?sku=A%2FB")
      #expect(asked.text.contains(#""errors":[{"path":"query.sku","detail":"is no SKU"}]"#))
    }
  }

  @Test(arguments: [Int64(9_007_199_254_740_992), -9_007_199_254_740_992, .max, .min])
  func `a level outside its bound is an internal failure that the log names`(level: Int64)
    async throws
  {
    try await Fixture.run { edge in
      var answer = StockAnswer()
      answer.sku = "A"
      answer.known = true
      answer.available = level
      answer.currency = "EUR"
      edge.inventory.withState { state in
        var response = CheckStockResponse()
        response.lines = [answer]
        state.answer = response
      }
      let reply = try await edge.ask("GET", "/v1/stock/A", headers: ["X-Request-Id: r-9"])
      #expect(reply.status == 500)
      #expect(reply.text.contains(#""reason":"INTERNAL""#))
      #expect(
        edge.log.lines.contains {
          $0.contains("available") && $0.contains("\(level)") && $0.contains("r-9")
        })
    }
  }

  @Test func `an answer for other SKUs than were asked is an internal failure`() async throws {
    try await Fixture.run { edge in
      edge.inventory.withState { $0.answer = CheckStockResponse() }
      for target in ["/v1/stock/A", "/v1/stock?sku=A"] {
        let reply = try await edge.ask("GET", target)
        #expect(reply.status == 500)
      }
    }
  }
}

import Testing

@testable import Edge

/// What a body and the headers around it may and may not look like.
@Suite(.timeLimit(.minutes(1))) struct StrictnessTests {
  @Test(arguments: [
    (
      #"{"customerId":"c","currency":"EUR","lines":[{"sku":"A","qty":1}]}"#, "UNKNOWN_FIELD",
      "$.lines[0].qty"
    ),
    (#"{"customer_id":"c","currency":"EUR","lines":[]}"#, "UNKNOWN_FIELD", "$.customer_id"),
    (#"{"customerId":"c","customerId":"c"}"#, "DUPLICATE_FIELD", "$.customerId"),
    (
      #"{"lines":[{"sku":"A","quantity":1},{"sku":"A","sku":"A"}]}"#, "DUPLICATE_FIELD",
      "$.lines[1].sku"
    ),
    (#"{"currency":"EUR","lines":[{"sku":"A","quantity":1}]}"#, "MISSING_FIELD", "$.customerId"),
    (
      #"{"customerId":null,"currency":"EUR","lines":[{"sku":"A","quantity":1}]}"#, "MISSING_FIELD",
      "$.customerId"
    ),
    (#"{"customerId":"c","lines":[{"sku":"A","quantity":1}]}"#, "MISSING_FIELD", "$.currency"),
    (#"{"customerId":"c","currency":"EUR","lines":null}"#, "MISSING_FIELD", "$.lines"),
    (#"{"lines":[{"quantity":1}]}"#, "MISSING_FIELD", "$.lines[0].sku"),
    (#"{"lines":[{"sku":"A","quantity":null}]}"#, "MISSING_FIELD", "$.lines[0].quantity"),
    (#"{"customerId":5}"#, "WRONG_TYPE", "$.customerId"),
    (#"{"lines":{}}"#, "WRONG_TYPE", "$.lines"), (#"{"lines":[1]}"#, "WRONG_TYPE", "$.lines[0]"),
    (#"{"lines":[null]}"#, "WRONG_TYPE", "$.lines[0]"), ("[]", "WRONG_TYPE", "$"),
    ("\"x\"", "WRONG_TYPE", "$"), ("null", "WRONG_TYPE", "$"),
    (#"{"lines":[{"quantity":"5"}]}"#, "WRONG_TYPE", "$.lines[0].quantity"),
    (#"{"lines":[{"quantity":1.0}]}"#, "WRONG_TYPE", "$.lines[0].quantity"),
    (#"{"lines":[{"quantity":1e3}]}"#, "WRONG_TYPE", "$.lines[0].quantity"),
    (#"{"lines":[{"quantity":-0}]}"#, "WRONG_TYPE", "$.lines[0].quantity"),
    (#"{"lines":[{"quantity":01}]}"#, "WRONG_TYPE", "$.lines[0].quantity"),
    (#"{"lines":[{"quantity":0}]}"#, "VALUE_OUT_OF_RANGE", "$.lines[0].quantity"),
    (#"{"lines":[{"quantity":1000001}]}"#, "VALUE_OUT_OF_RANGE", "$.lines[0].quantity"),
    (#"{"lines":[]}"#, "VALUE_OUT_OF_RANGE", "$.lines"),
    (#"{"customerId":""}"#, "INVALID_VALUE", "$.customerId"),
    (#"{"customerId":"a b"}"#, "INVALID_VALUE", "$.customerId"),
    (#"{"requestId":"é"}"#, "INVALID_VALUE", "$.requestId"),
    (#"{"currency":"eur"}"#, "INVALID_VALUE", "$.currency"),
    (#"{"currency":"EURO"}"#, "INVALID_VALUE", "$.currency"),
    (#"{"currency":"XQQ"}"#, "INVALID_VALUE", "$.currency"),
    (#"{"customerId":"c"} x"#, "MALFORMED_JSON", "$"), ("{", "MALFORMED_JSON", "$"),
    (#"{"x":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}"#, "MALFORMED_JSON", "$"),
    (#"{"customerId":"\u0000"}"#, "MALFORMED_JSON", "$"),
    (#"{"customerId":"\ud800"}"#, "MALFORMED_JSON", "$"), ("\u{FEFF}{}", "MALFORMED_JSON", "$"),
  ])
  func `a wrong body names its first offence`(body: String, reason: String, path: String)
    async throws
  {
    try await Fixture.run { edge in
      let reply = try await edge.post("/v1/orders", body)
      #expect(reply.status == 400)
      #expect(reply.header("Content-Type") == "application/problem+json")
      #expect(reply.text.contains(#""code":"INVALID_ARGUMENT","reason":"\#(reason)""#))
      #expect(reply.text.contains(#""errors":[{"path":"\#(path)","detail":"#))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a bound is told in the detail`() async throws {
    try await Fixture.run { edge in
      let quantity = try await edge.post("/v1/orders", #"{"lines":[{"quantity":0}]}"#)
      #expect(quantity.text.contains("must be an integer from 1 to 1000000"))
      let line = #"{"sku":"A","quantity":1}"#
      let lines = Array(repeating: line, count: 101).joined(separator: ",")
      let body = #"{"customerId":"c","currency":"EUR","lines":[\#(lines)]}"#
      let many = try await edge.post("/v1/orders", body)
      #expect(many.text.contains("must have from 1 to 100 entries"))
      let most =
        #"{"customerId":"c","currency":"EUR","lines":[\#(lines.dropLast(line.count + 1))]}"#
      #expect(try await edge.post("/v1/orders", most).status == 201)
    }
  }

  @Test func `invalid UTF-8 is told with its offset`() async throws {
    try await Fixture.run { edge in
      let reply = try await RawConnection.open(edge.port) { connection in
        let body: [UInt8] = Array(#"{"customerId":""#.utf8) + [0xC3, 0x28] + Array("\"}".utf8)
        let head = Fixture.request(
          "POST", "/v1/orders",
          headers: ["Content-Type: application/json", "Content-Length: \(body.count)"])
        try await connection.send(Array(head.utf8) + body)
        return try await connection.receive()
      }
      #expect(reply.status == 400)
      #expect(reply.text.contains("invalid UTF-8 at byte 15"))
    }
  }

  @Test(arguments: ["text/html", "application/json;q=0", "text/event-stream", ""])
  func `an Accept without JSON is not acceptable, and the problem comes anyway`(accept: String)
    async throws
  {
    try await Fixture.run { edge in
      let reply = try await edge.post("/v1/orders", Fixture.order, headers: ["Accept: \(accept)"])
      #expect(reply.status == 406)
      #expect(reply.header("Content-Type") == "application/problem+json")
      #expect(reply.text.contains(#""code":"INVALID_ARGUMENT""#))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test(arguments: [
    [], ["Content-Type: text/plain"], ["Content-Type: application/json; charset=latin1"],
    ["Content-Type: application/x-www-form-urlencoded"],
  ])
  func `a body of another type is told which type is taken`(headers: [String]) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask(
        "POST", "/v1/orders", headers: headers, body: Fixture.order)
      #expect(reply.status == 415)
      #expect(reply.header("Accept-Post") == "application/json")
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a compressed body is told that none is taken`() async throws {
    try await Fixture.run { edge in
      let gzip = ["Content-Encoding: gzip"]
      let refused = try await edge.post("/v1/orders", Fixture.order, headers: gzip)
      #expect(refused.status == 415)
      #expect(refused.header("Accept-Encoding") == "identity")
      let identity = ["Content-Encoding: identity"]
      #expect(try await edge.post("/v1/orders", Fixture.order, headers: identity).status == 201)
    }
  }

  @Test func `a body where none belongs and none where one belongs are refused`() async throws {
    try await Fixture.run { edge in
      let get = try await edge.ask("GET", "/v1/stock?sku=A", body: "{}")
      #expect(get.status == 400)
      #expect(get.text.contains(#""reason":"UNEXPECTED_BODY""#))
      let chunked = try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request("GET", "/v1/stock?sku=A", headers: ["Transfer-Encoding: chunked"])
            + "2\r\n{}\r\n0\r\n\r\n")
        return try await connection.receive()
      }
      #expect(chunked.text.contains(#""reason":"UNEXPECTED_BODY""#))
      for body in [nil, ""] as [String?] {
        let post = try await edge.ask("POST", "/v1/orders", body: body)
        #expect(post.status == 400)
        #expect(post.text.contains(#""reason":"MISSING_FIELD""#))
        #expect(post.text.contains(#""errors":[{"path":"$","#))
      }
      #expect(edge.inventory.callCount == 0)
    }
  }

  @Test(arguments: [
    ("/v1/stock?sku=A&Sku=B", "UNKNOWN_PARAMETER", "query.Sku"),
    ("/v1/stock/A?sku=A", "UNKNOWN_PARAMETER", "query.sku"),
    (
      "/v1/orders/\(OrderRouteTests.firstID)?customer_id=a&customer_id=a", "DUPLICATE_PARAMETER",
      "query.customer_id"
    ),
    ("/v1/stock?sku=%zz", "INVALID_VALUE", "query.sku"),
    ("/v1/stock/%zz", "INVALID_VALUE", "path.sku"),
    ("/v1/stock/%C3%28", "INVALID_VALUE", "path.sku"),
    ("/v1/orders/%E2%82", "INVALID_VALUE", "path.order_id"),
  ])
  func `a wrong target names its offence`(target: String, reason: String, path: String)
    async throws
  {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", target)
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""reason":"\#(reason)""#))
      #expect(reply.text.contains(#""errors":[{"path":"\#(path)","#))
      #expect(edge.inventory.callCount + edge.orders.callCount == 0)
    }
  }

  /// Each request fails every check from one on; each answer is that of the first.
  @Test(arguments: [
    (
      431, "PUT", "/nowhere/%zz",
      ["Accept: text/html", "X: \(String(repeating: "x", count: 9000))"]
    ),
    (414, "PUT", "/nowhere/\(String(repeating: "x", count: 8192))", ["Accept: text/html"]),
    (404, "PUT", "/nowhere", ["Accept: text/html"]),
    (405, "PUT", "/v1/orders?x=%zz", ["Accept: text/html"]),
    (406, "POST", "/v1/orders?x=%zz", ["Accept: text/html"]),
    (415, "POST", "/v1/orders?x=%zz", []),
    (413, "POST", "/v1/orders?x=%zz", ["Content-Type: application/json"]),
  ])
  func `checks are made in their order`(
    status: Int, method: String, target: String, headers: [String]
  ) async throws {
    try await Fixture.run { edge in
      let reply = try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request(method, target, headers: headers + ["Content-Length: 1048577"]))
        return try await connection.receive()
      }
      #expect(reply.status == status)
      #expect(edge.orders.callCount == 0)
    }
  }
}

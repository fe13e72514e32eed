import NIOCore
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct LimitTests {
  /// An order padded with white space to an exact length.
  private func order(bytes count: Int) -> String {
    Fixture.order + String(repeating: " ", count: count - Fixture.order.utf8.count)
  }

  private let json = "Content-Type: application/json"

  @Test func `a body of exactly the limit is read`() async throws {
    try await Fixture.run { edge in
      #expect(try await edge.post("/v1/orders", order(bytes: 1 << 20)).status == 201)
      let chunked = try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request("POST", "/v1/orders", headers: [json, "Transfer-Encoding: chunked"])
            + "100000\r\n" + order(bytes: 1 << 20) + "\r\n0\r\n\r\n")
        return try await connection.receive()
      }
      #expect(chunked.status == 201)
    }
  }

  @Test(arguments: [[], ["Expect: 100-continue"]])
  func `a longer body is refused by its announced length before it is sent`(more: [String])
    async throws
  {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request(
            "POST", "/v1/orders", headers: [json, "Content-Length: 1048577"] + more))
        let reply = try await connection.receive()
        #expect(reply.status == 413)
        #expect(reply.header("Connection") == "close")
        #expect(reply.text.contains(#""code":"RESOURCE_EXHAUSTED","reason":"BODY_TOO_LARGE""#))
        #expect(try await connection.isAtEnd())
      }
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a longer body without a length is refused when it passes the limit`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request("POST", "/v1/orders", headers: [json, "Transfer-Encoding: chunked"]))
        try await connection.send("100000\r\n" + order(bytes: 1 << 20) + "\r\n")
        try await connection.send("1\r\n \r\n")
        let reply = try await connection.receive()
        #expect(reply.status == 413)
        #expect(reply.header("Connection") == "close")
        #expect(try await connection.isAtEnd())
      }
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a refusal reaches a client that is still sending`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        let body = order(bytes: 2 << 20)
        try await connection.send(
          Fixture.request("POST", "/v1/orders", headers: [json], body: body))
        let reply = try await connection.receive()
        #expect(reply.status == 413)
      }
    }
  }

  @Test func `leave to send a body is given once it would be read`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        let expecting = [json, "Expect: 100-continue"]
        let request = Fixture.request(
          "POST", "/v1/orders", headers: expecting, body: Fixture.order)
        try await connection.send(String(request.dropLast(Fixture.order.count)))
        #expect(try await connection.receive().status == 100)
        try await connection.send(Fixture.order)
        #expect(try await connection.receive().status == 201)
        // Refused by its head: the client is not asked for the body.
        let refused = Fixture.request(
          "POST", "/v1/nowhere", headers: expecting, body: Fixture.order)
        try await connection.send(String(refused.dropLast(Fixture.order.count)))
        let reply = try await connection.receive()
        #expect(reply.status == 404)
        #expect(reply.header("Connection") == "close")
        #expect(try await connection.isAtEnd())
      }
    }
  }

  @Test func `a connection outlives problems`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        for (target, status) in [("/v1/nowhere", 404), ("/v1/stock", 405), ("/v1/orders", 201)] {
          try await connection.send(
            Fixture.request("POST", target, headers: [json], body: Fixture.order))
          #expect(try await connection.receive().status == status)
        }
      }
    }
  }

  @Test(arguments: [
    ("X: \(String(repeating: "x", count: 9000))", 431),
    ((0..<100).map { "X-\($0): y" }.joined(separator: "\r\n"), 431),
    (
      (0..<3).map { "X-\($0): \(String(repeating: "y", count: 7000))" }.joined(separator: "\r\n"),
      431
    ),
    ("Bad Name: x", 400), ("X: a\u{0}b", 400), ("X: a\r\n folded", 400), ("Content-Length: x", 400),
    ("Content-Length: 1\r\nContent-Length: 2", 400), ("X: a\rb", 400),
    ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
  ])
  func `a head that cannot be taken is a problem and the end`(header: String, status: Int)
    async throws
  {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request("POST", "/v1/orders", headers: [json, header]) + "0\r\n\r\n")
        let reply = try await connection.receive()
        #expect(reply.status == status)
        #expect(reply.header("Connection") == "close")
        #expect(reply.header("Content-Type") == "application/problem+json")
        #expect(reply.text.contains(#""code":"INVALID_ARGUMENT""#))
        #expect(try await connection.isAtEnd())
      }
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a target above its limit is a problem`() async throws {
    try await Fixture.run { edge in
      let most = try await edge.ask("GET", "/" + String(repeating: "x", count: 8191))
      #expect(most.status == 404)
      let more = try await edge.ask("GET", "/" + String(repeating: "x", count: 8192))
      #expect(more.status == 414)
    }
  }

  @Test func `what is no HTTP is a problem and the end`() async throws {
    try await Fixture.run { edge in
      for bytes in [
        "\u{0}\u{1}\u{2}", "GET /v1/stock HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      ] {
        try await RawConnection.open(edge.port) { connection in
          try await connection.send(bytes)
          #expect(try await connection.receive().status == 400)
          #expect(try await connection.isAtEnd())
        }
      }
    }
  }

  @Test func `a request above the limit in flight is turned away, and health is not`() async throws
  {
    let orders = MemoryOrders(hangs: true)
    try await Fixture.run(orders: orders, { $0.inflightMax = 1 }) { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request("POST", "/v1/orders", headers: [json], body: Fixture.order))
        var starts = orders.started.stream.makeAsyncIterator()
        await starts.next()
        let reply = try await edge.ask("GET", "/v1/stock/A")
        #expect(reply.status == 503)
        #expect(reply.header("Retry-After") == "1")
        #expect(reply.text.contains(#""code":"UNAVAILABLE","reason":"OVERLOADED""#))
        #expect(try await edge.ask("GET", "/livez").status == 200)
        try await connection.channel.close()
      }
      var ends = orders.cancelled.stream.makeAsyncIterator()
      await ends.next()
      // The place is given back: the next one gets through to the service.
      while edge.observer.all.count < 3 { await Task.yield() }
      #expect(try await edge.ask("GET", "/v1/stock/A").status == 404)
    }
  }

  @Test func `a client of HTTP 1.0 gets its answer and the end`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      try await RawConnection.open(edge.port) { connection in
        try await connection.send("GET /v1/stock/A HTTP/1.0\r\n\r\n")
        #expect(try await connection.receive().status == 200)
        #expect(try await connection.isAtEnd())
      }
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request("GET", "/v1/stock/A", headers: ["Connection: Close"]))
        let reply = try await connection.receive()
        #expect(reply.header("Connection") == "close")
        #expect(try await connection.isAtEnd())
      }
    }
  }

  @Test func `a request to upgrade is answered as it is`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      let upgrade = [
        "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk",
      ]
      let reply = try await edge.ask("GET", "/v1/stock/A", headers: upgrade)
      #expect(reply.status == 200)
    }
  }

  @Test func `a body that does not come in time is told so`() async throws {
    try await Fixture.run({ $0.bodyTimeout = .milliseconds(50) }) { edge in
      try await RawConnection.open(edge.port) { connection in
        let request = Fixture.request(
          "POST", "/v1/orders", headers: [json], body: Fixture.order)
        try await connection.send(String(request.dropLast()))
        let reply = try await connection.receive()
        #expect(reply.status == 408)
        #expect(reply.text.contains(#""code":"DEADLINE_EXCEEDED""#))
        #expect(try await connection.isAtEnd())
      }
    }
  }

  @Test func `a connection without a request is closed after a while`() async throws {
    try await Fixture.run({ $0.idleTimeout = .milliseconds(50) }) { edge in
      let isClosed = try await RawConnection.open(edge.port) { try await $0.isAtEnd() }
      #expect(isClosed)
    }
  }
}

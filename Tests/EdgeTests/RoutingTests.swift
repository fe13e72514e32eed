import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct RoutingTests {
  @Test(arguments: [
    "/v1/orders/", "//v1/orders", "/v1/./orders", "/", "/v1", "/V1/orders",
    "/inventory.v1.Inventory/ReserveStock", "/inventory.v1.Inventory/SettleReservations",
    "/inventory.v1.Inventory/ReconcileStock", "/orders.v1.Orders/ResolveOrders",
    "/inventory.v1.Inventory/WatchStock", "/orders.v1.Orders/WatchOrders",
    "/v1/stock/reserve/A", "/v1/reservations", "/v1/stock/A/reservations",
  ])
  func `what has no route is not found, tidied or not`(path: String) async throws {
    try await Fixture.run { edge in
      for method in ["GET", "POST"] {
        let reply = try await edge.ask(method, path, headers: ["X-Request-Id: r-1"])
        #expect(reply.status == 404)
        #expect(
          reply.text
            == #"{"type":"urn:orderly:problem:route-not-found","title":"Route not found","#
            + #""status":404,"detail":"There is no such path.","instance":"\#(path)","#
            + #""code":"NOT_FOUND","reason":"ROUTE_NOT_FOUND","requestId":"r-1"}"#)
      }
    }
  }

  @Test(arguments: [
    ("PUT", "/v1/orders", "GET, HEAD, POST"), ("DELETE", "/v1/orders", "GET, HEAD, POST"),
    ("TRACE", "/v1/stock", "GET, HEAD"),
    ("DELETE", "/v1/stock/A", "GET, HEAD"), ("PATCH", "/v1/stock/A/adjustments", "POST"),
    ("SEARCH", "/v1/stock", "GET, HEAD"),
  ])
  func `a known path with another method lists its methods`(
    method: String, path: String, allow: String
  ) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask(method, path)
      #expect(reply.status == 405)
      #expect(reply.header("Allow") == allow)
      #expect(reply.text.contains(#""code":"UNIMPLEMENTED","reason":"METHOD_NOT_ALLOWED""#))
    }
  }

  @Test func `OPTIONS lists the methods of a path`() async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("OPTIONS", "/v1/orders")
      #expect(reply.status == 204)
      #expect(reply.header("Allow") == "GET, HEAD, POST")
      #expect(reply.body.isEmpty)
    }
  }

  @Test func `HEAD has the headers of GET and no body, and the connection goes on`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(Fixture.request("GET", "/v1/stock/A"))
        let get = try await connection.receive()
        try await connection.send(Fixture.request("HEAD", "/v1/stock/A"))
        let head = try await connection.receive(isHead: true)
        #expect(head.status == 200)
        #expect(head.header("Content-Length") == String(get.body.count))
        #expect(head.header("Content-Type") == get.header("Content-Type"))
        try await connection.send(Fixture.request("HEAD", "/v1/stock/X"))
        #expect(try await connection.receive(isHead: true).status == 404)
        try await connection.send(Fixture.request("GET", "/v1/stock/A"))
        #expect(try await connection.receive().text == get.text)
      }
    }
  }

  @Test func `the absolute form of a target is the same target`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      let reply = try await edge.ask("GET", "http://edge/v1/stock/A")
      #expect(reply.status == 200)
    }
  }

  @Test func `answers carry the same headers and no name of the server`() async throws {
    try await Fixture.run { edge in
      edge.inventory.stock("A", 1)
      for (target, type) in [
        ("/v1/stock/A", "application/json"), ("/v1/stock/X", "application/problem+json"),
        ("/livez", "application/json"),
      ] {
        let reply = try await edge.ask("GET", target)
        #expect(reply.header("Content-Type") == type)
        #expect(reply.header("Content-Length") == String(reply.body.count))
        #expect(reply.header("Cache-Control") == "no-store")
        #expect(reply.header("X-Content-Type-Options") == "nosniff")
        #expect(reply.header("Date")?.hasSuffix(" GMT") == true)
        #expect(reply.header("Server") == nil)
        #expect(reply.header("Connection") == nil)
      }
    }
  }

  @Test func `health is told whoever asks`() async throws {
    try await Fixture.run(isReady: { false }) { edge in
      let alive = try await edge.ask("GET", "/livez")
      #expect(alive.status == 200)
      #expect(alive.text == #"{"status":"UP"}"#)
      let ready = try await edge.ask("GET", "/readyz")
      #expect(ready.status == 503)
      #expect(ready.text == #"{"status":"DOWN"}"#)
    }
  }

  @Test func `requests behind one another are answered in their order`() async throws {
    try await Fixture.run { edge in
      for sku in ["A", "B", "C"] { edge.inventory.stock(sku, 1) }
      try await RawConnection.open(edge.port) { connection in
        let skus = ["A", "B", "C", "X", "A"]
        try await connection.send(
          skus.map { Fixture.request("GET", "/v1/stock/\($0)") }.joined()
            + Fixture.request(
              "POST", "/v1/orders", headers: ["Content-Type: application/json"], body: Fixture.order
            ))
        for sku in skus {
          let reply = try await connection.receive()
          #expect(reply.status == (sku == "X" ? 404 : 200))
          #expect(reply.text.contains(sku))
        }
        #expect(try await connection.receive().status == 201)
      }
    }
  }

  @Test func `every exchange is told with the template of its route`() async throws {
    try await Fixture.run { edge in
      _ = try await edge.ask("GET", "/v1/stock/A")
      _ = try await edge.ask("GET", "/nowhere/secret")
      _ = try await edge.ask("SEARCH", "/v1/orders")
      _ = try await edge.post("/v1/orders", Fixture.order)
      let all = edge.observer.all
      #expect(all.map(\.route) == ["/v1/stock/{sku}", nil, "/v1/orders", "/v1/orders"])
      #expect(all.map(\.method) == ["GET", "GET", "other", "POST"])
      #expect(all.map(\.status) == [404, 404, 405, 201])
      #expect(all[3].bytesIn == Fixture.order.utf8.count)
      #expect(all[3].bytesOut == OrderRouteTests.receipt.utf8.count)
      #expect(all.allSatisfy { $0.duration >= .zero && $0.peer.hasPrefix("127.0.0.1:") })
    }
  }

  @Test(arguments: [
    (EdgeSettings.AccessLog.off, 0), (.errors, 1), (.all, 2),
  ])
  func `the access log has as many lines as it is set to`(log: EdgeSettings.AccessLog, count: Int)
    async throws
  {
    try await Fixture.run({ $0.accessLog = log }) { edge in
      edge.inventory.stock("A", 1)
      _ = try await edge.ask("GET", "/v1/stock/A", headers: ["X-Request-Id: r-1"])
      _ = try await edge.ask("GET", "/v1/stock/X", headers: ["X-Request-Id: r-2"])
      // Ours alone: another test's client may knock here, where its server was a moment ago.
      let lines = edge.log.lines.filter { $0.contains("requestId=r-") }
      #expect(lines.count == count, "\(lines)")
      if count > 0 {
        let line = lines.last ?? ""
        for field in [
          "requestId=r-2", "method=GET", "route=/v1/stock/{sku}", "status=404", "durationMs=",
          "bytesIn=0", "bytesOut=", "peer=127.0.0.1:",
        ] {
          #expect(line.contains(field))
        }
      }
    }
  }
}

import NIOCore
import RPC
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
  /// What was left of the deadline when the service was called.
  private func remaining(_ headers: [String]) async throws -> Duration? {
    try await Fixture.run { edge in
      let reply = try await edge.post("/v1/orders", Fixture.order, headers: headers)
      #expect(reply.status == 201)
      return edge.orders.withState { $0.remaining.first ?? nil }
    }
  }

  @Test(
    arguments: [
      ([], 5), (["Grpc-Timeout: 3S"], 3), (["X-Server-Timeout: 3"], 3), (["Grpc-Timeout: 1H"], 10),
      (["X-Server-Timeout: 999999999"], 10), (["Grpc-Timeout: 8S", "X-Server-Timeout: 2.0"], 2),
      (["Grpc-Timeout: 2S", "X-Server-Timeout: 8"], 2), (["X-Request-Timeout: 1"], 5),
    ] as [([String], Int64)])
  func `the deadline is what the client says, within bounds`(headers: [String], seconds: Int64)
    async throws
  {
    let left = try #require(try await remaining(headers))
    #expect(left <= .seconds(seconds))
    #expect(left > .seconds(seconds - 1))
  }

  @Test(arguments: [
    ("Grpc-Timeout", "1"), ("Grpc-Timeout", "1.5S"), ("Grpc-Timeout", "123456789S"),
    ("X-Server-Timeout", "-1"), ("X-Server-Timeout", "1s"), ("X-Server-Timeout", ""),
  ])
  func `a malformed timeout is named`(name: String, value: String) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.post(
        "/v1/orders", Fixture.order, headers: ["\(name): \(value)"])
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""errors":[{"path":"header.\#(name)","#))
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test(arguments: ["Grpc-Timeout: 0S", "X-Server-Timeout: 0", "Grpc-Timeout: 1n"])
  func `no time is answered without asking anybody`(header: String) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.post("/v1/orders", Fixture.order, headers: [header])
      #expect(reply.status == 504)
      #expect(reply.text.contains(#""code":"DEADLINE_EXCEEDED""#))
      #expect(edge.orders.callCount == 0)
    }
  }

  /// Sends the head of an order and waits until the edge has read it, which it tells by asking for
  /// the body: from then on its clock runs.
  private func sendHead(_ timeout: String, on connection: inout RawConnection) async throws {
    let request = Fixture.request(
      "POST", "/v1/orders",
      headers: ["Content-Type: application/json", "Expect: 100-continue", timeout],
      body: Fixture.order)
    try await connection.send(String(request.dropLast(Fixture.order.count)))
    #expect(try await connection.receive().status == 100)
  }

  @Test func `the time that a body takes is taken off`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        try await sendHead("Grpc-Timeout: 5S", on: &connection)
        try await Task.sleep(for: .milliseconds(300))
        try await connection.send(Fixture.order)
        #expect(try await connection.receive().status == 201)
      }
      let left = try #require(edge.orders.withState { $0.remaining.first ?? nil })
      #expect(left <= .milliseconds(4700))
    }
  }

  @Test func `a deadline that passes while the body arrives is told without a call`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        try await sendHead("Grpc-Timeout: 50m", on: &connection)
        try await Task.sleep(for: .milliseconds(50))
        try await connection.send(Fixture.order)
        #expect(try await connection.receive().status == 504)
      }
      #expect(edge.orders.callCount == 0)
    }
  }

  @Test func `a client that goes away cancels its call and is logged as 499`() async throws {
    let orders = MemoryOrders(hangs: true)
    try await Fixture.run(orders: orders) { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request(
            "POST", "/v1/orders", headers: ["Content-Type: application/json"], body: Fixture.order))
        var starts = orders.started.stream.makeAsyncIterator()
        await starts.next()
        try await connection.channel.close()
      }
      var ends = orders.cancelled.stream.makeAsyncIterator()
      await ends.next()
      while edge.observer.all.isEmpty { await Task.yield() }
      #expect(edge.observer.all.map(\.status) == [499])
      #expect(edge.log.lines.contains { $0.contains("status=499") })
    }
  }

  @Test func `the request id goes to the service, to the answer and into problems`() async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", "/v1/stock/A", headers: ["X-Request-Id: A.b_c-9"])
      #expect(reply.headers("X-Request-Id") == ["A.b_c-9"])
      #expect(reply.text.contains(#""requestId":"A.b_c-9""#))
      #expect(edge.inventory.lastCall?.metadata[first: "x-request-id"] == "A.b_c-9")
    }
  }

  @Test(arguments: [
    [], ["X-Request-Id: a b"], ["X-Request-Id: "], ["X-Request-Id: a", "X-Request-Id: a"],
    ["X-Request-Id: \(String(repeating: "a", count: 129))"], ["X-Request-Id: é"],
    ["X-Request-Id: a\"b"],
  ])
  func `a request id that cannot be kept is replaced by a new one`(headers: [String]) async throws {
    try await Fixture.run { edge in
      let reply = try await edge.ask("GET", "/v1/stock/A", headers: headers)
      let id = try #require(reply.header("X-Request-Id"))
      #expect(id.count == 36)
      #expect(Array(id)[14] == "7")
      #expect(edge.inventory.lastCall?.metadata[first: "x-request-id"] == id)
      let next = try await edge.ask("GET", "/v1/stock/A", headers: headers)
      #expect(next.header("X-Request-Id") != id)
    }
  }

  @Test func `nothing else passes between headers and metadata`() async throws {
    let orders = MemoryOrders()
    orders.withState { $0.trailers = [("secret", "s"), ("set-cookie", "a=b")] }
    try await Fixture.run(orders: orders) { edge in
      let reply = try await edge.post(
        "/v1/orders", Fixture.order,
        headers: [
          "Authorization: Bearer t", "Cookie: a=b", "X-Custom: c", "orderly-replayed: true",
          "grpc-status: 5",
        ])
      #expect(reply.status == 201)
      #expect(reply.header("secret") == nil)
      #expect(reply.header("set-cookie") == nil)
      #expect(reply.header("Idempotent-Replayed") == nil)
      let sent = edge.orders.withState { $0.calls[0].metadata.entries.map(\.name) }
      #expect(sent == ["x-request-id"])
    }
  }

  @Test func `an internal failure is told to the log alone, under the same id`() async throws {
    try await Fixture.run { edge in
      edge.orders.fail(RPCError(.internalError, "relation orders is gone"))
      let reply = try await edge.post(
        "/v1/orders", Fixture.order, headers: ["X-Request-Id: r-7"])
      #expect(reply.status == 500)
      #expect(!reply.text.contains("relation"))
      #expect(
        edge.log.lines.contains { $0.contains("relation orders is gone") && $0.contains("r-7") })
    }
  }
}

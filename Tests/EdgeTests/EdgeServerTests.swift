import Logging
import NIOCore
import Testing

@testable import Edge

@Suite(.timeLimit(.minutes(1))) struct EdgeServerTests {
  @Test func `a port in use is told with its address`() async throws {
    try await Fixture.run { edge in
      var settings = EdgeSettings()
      settings.port = edge.port
      let second = EdgeServer(
        settings: settings, orders: MemoryOrders(), inventory: MemoryInventory(),
        logger: Logger(label: "edge"))
      do throws(EdgeError) {
        _ = try await second.start()
        Issue.record("two servers took one port")
      } catch {
        #expect(error.description.contains("127.0.0.1:\(edge.port)"))
      }
      #expect(await second.shutdown(within: .seconds(1)) == 0)
    }
  }

  @Test func `a second start is refused`() async throws {
    try await Fixture.run { edge in
      await #expect(throws: EdgeError(reason: .alreadyStarted)) {
        _ = try await edge.server.start()
      }
    }
  }

  @Test func `a shutdown lets a started request end and accepts no other`() async throws {
    let gate = Gate()
    try await Fixture.run(orders: MemoryOrders(gate: gate)) { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request(
            "POST", "/v1/orders", headers: ["Content-Type: application/json"], body: Fixture.order))
        await gate.entered()
        async let cut = edge.server.shutdown(within: .seconds(30))
        // The listener is closed first, so the first refused connection says that it has begun.
        while (try? await RawConnection.open(edge.port) { _ in }) != nil { await Task.yield() }
        gate.open()
        let reply = try await connection.receive()
        #expect(reply.status == 201)
        #expect(reply.header("Connection") == "close")
        #expect(try await connection.isAtEnd())
        #expect(await cut == 0)
      }
    }
  }

  @Test func `a shutdown closes idle connections`() async throws {
    try await Fixture.run { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(Fixture.request("GET", "/livez"))
        _ = try await connection.receive()
        #expect(await edge.server.shutdown(within: .seconds(30)) == 0)
        #expect(try await connection.isAtEnd())
      }
    }
  }

  @Test func `a shutdown cuts what does not end in time`() async throws {
    let orders = MemoryOrders(hangs: true)
    try await Fixture.run(orders: orders) { edge in
      try await RawConnection.open(edge.port) { connection in
        try await connection.send(
          Fixture.request(
            "POST", "/v1/orders", headers: ["Content-Type: application/json"], body: Fixture.order))
        var starts = orders.started.stream.makeAsyncIterator()
        await starts.next()
        #expect(await edge.server.shutdown(within: .milliseconds(50)) == 1)
        #expect(edge.observer.all.map(\.status) == [499])
      }
    }
  }
}

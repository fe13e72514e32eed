import Contracts
import Foundation
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// With two of each, any one may go: what a caller sees is at most an error that says to try again.
@Suite(.timeLimit(.minutes(10))) struct ReplicaTests {
  /// Asks again while the answer is that it is worth asking again, a few times.
  private static func ask(
    _ curl: Curl, _ method: String, _ path: String, _ body: String? = nil, key: String? = nil
  ) async throws -> Curl.Reply {
    let retriesMax = 3
    for _ in 0..<retriesMax {
      let reply = try await curl(
        method, path, body, headers: key.map { ["Idempotency-Key": $0] } ?? [:])
      if ![503, 504].contains(reply.status) { return reply }
      try await Task.sleep(for: .milliseconds(250))
    }
    return try await curl(
      method, path, body, headers: key.map { ["Idempotency-Key": $0] } ?? [:])
  }

  @Test func `with two of each service any one may be killed, and every call is answered`()
    async throws
  {
    let replicas = try await Replicas(hasEdge: true)
    let curl = Curl(edge: await replicas.address("edge"))
    let filled = try await Self.ask(
      curl, "POST", "/v1/stock/MUG-1/adjustments",
      #"{"delta":1000,"reason":"receipt","reference":"PO-1","#
        + #""unitPrice":{"currency":"EUR","minorUnits":1250}}"#)
    #expect(filled.status == 200)
    var placed: [String] = []
    for (round, victim) in (Replicas.inventories + Replicas.orders).enumerated() {
      try await replicas.kill(victim)
      for number in 0..<6 {
        let order = try await Self.ask(
          curl, "POST", "/v1/orders",
          #"{"customerId":"ada","currency":"EUR","lines":[{"sku":"MUG-1","quantity":2}]}"#,
          key: "k-\(round)-\(number)")
        #expect(order.status == 201, "\(victim): \(order.body)")
        let location = try #require(order.headers["location"], "\(victim): \(order.body)")
        placed.append(location)
        #expect(try await Self.ask(curl, "GET", location).status == 200)
        #expect(try await Self.ask(curl, "GET", "/v1/stock/MUG-1").status == 200)
        // An order of an earlier round, whoever took it, is cancelled by whoever is left.
        if number == 0, placed.count > 1 {
          let cancelled = try await Self.ask(curl, "POST", placed[placed.count - 2] + "/cancel")
          #expect(cancelled.status == 200, "\(victim): \(cancelled.body)")
        }
      }
      try await replicas.start(victim)
    }
    #expect(Set(placed).count == placed.count)
    #expect(try await replicas.stop() == [0, 0, 0, 0, 0])
    let ledger = try await TestSession(replicas.ordersDatabase)
    #expect(
      try await ledger.number("SELECT count(*) FROM orders WHERE status <> 3")
        == Int64(placed.count))
    await ledger.close()
  }

  @Test func `an only writer that is killed is followed within 7 s, and calls find the writer`()
    async throws
  {
    let replicas = try await Replicas(hasEdge: true, writers: "sole")
    let curl = Curl(edge: await replicas.address("edge"))
    // The replica that started first writes; the one asked first by whoever picks one does not.
    let writer = Replicas.inventories[0]
    let filled = try await curl(
      "POST", "/v1/stock/MUG-1/adjustments",
      #"{"delta":1000,"reason":"receipt","reference":"PO-1","#
        + #""unitPrice":{"currency":"EUR","minorUnits":1250}}"#)
    #expect(filled.status == 200, "\(filled.body)")
    let body = #"{"customerId":"ada","currency":"EUR","lines":[{"sku":"MUG-1","quantity":1}]}"#
    func order(_ key: String) async throws -> Int {
      try await curl("POST", "/v1/orders", body, headers: ["Idempotency-Key": key]).status
    }
    for number in 0..<10 { #expect(try await order("before-\(number)") == 201) }

    try await replicas.kill(writer)
    let killed = ContinuousClock.now
    // What asks is answered by whoever is left.
    #expect(try await Self.ask(curl, "GET", "/v1/stock/MUG-1").status == 200)
    #expect(ContinuousClock.now - killed < .seconds(2))
    var refused = 0
    while try await order("taken-over") != 201, ContinuousClock.now - killed < .seconds(20) {
      refused += 1
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(ContinuousClock.now - killed < .seconds(7))
    #expect(refused > 0, "nobody had to wait for another writer")

    // The old one comes back beside the new one, and nobody asks it to write.
    try await replicas.start(writer)
    for number in 0..<20 { #expect(try await order("after-\(number)") == 201) }
    #expect(
      try await curl(
        "POST", "/v1/stock/MUG-1/adjustments",
        #"{"delta":1,"reason":"receipt","reference":"PO-2"}"#
      ).status == 200)
    #expect(try await replicas.stop() == [0, 0, 0, 0, 0])
    let breaches = try await InvariantChecks.breaches(
      of: InvariantChecks.inventory, in: replicas.inventoryDatabase)
    #expect(breaches == [])
    let ledger = try await TestSession(replicas.ordersDatabase)
    #expect(try await ledger.number("SELECT count(*) FROM orders WHERE status <> 3") == 31)
    await ledger.close()
  }

  @Test func `all are replaced one after the other under load, and every call is answered`()
    async throws
  {
    let replicas = try await Replicas(hasEdge: false)
    let session = try await TestSession(replicas.ordersDatabase)
    try await session.run(InvariantChecks.driverLogSQL)
    let stock = FaultTests.client(await replicas.address(Replicas.inventories[0]))
    try await FaultTests.fill(stock)
    await stock.shutdown()
    var clients: [Client] = []
    for name in Replicas.orders { clients.append(FaultTests.client(await replicas.address(name))) }
    let services = clients.map { RemoteOrders($0) }

    let isReplaced = Mutex(false)
    let replacing = Task {
      defer { isReplaced.withLock { $0 = true } }
      for name in Replicas.inventories + Replicas.orders {
        let code = try await replicas.replace(name)
        #expect(code == 0, "\(name)")
      }
    }
    var total = OrderDriver.Result()
    var round: UInt64 = 0
    repeat {
      round += 1
      var driver = OrderDriver(
        seed: TestEffort.firstSeed &* 1_000 &+ round, services: services, skus: FaultTests.skus)
      driver.requests = 60
      driver.inFlight = 6
      driver.quantityMax = 1
      // Once, and three times more.
      driver.triesMax = 4
      // Longer than a client's own pause between two attempts to connect.
      driver.pause = .milliseconds(250)
      driver.callTimeMax = .seconds(5)
      let result = try await driver.run(logIn: replicas.ordersDatabase)
      total.placed += result.placed
      #expect(result.open == 0, "round \(round): \(result)")
    } while !isReplaced.withLock({ $0 })
    try await replacing.value
    #expect(total.placed > 0)
    for client in clients { await client.shutdown() }
    #expect(try await replicas.stop() == [0, 0, 0, 0])
    for (checks, database) in [
      (InvariantChecks.inventory, replicas.inventoryDatabase),
      (InvariantChecks.orders, replicas.ordersDatabase),
    ] {
      #expect(try await InvariantChecks.breaches(of: checks, in: database) == [])
    }
    await session.close()
  }
}

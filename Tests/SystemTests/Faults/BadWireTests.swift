import Contracts
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

extension Faults {
  /// Each wire is cut, made deaf on one side or both, slowed down, or ends inside a message, while
  /// orders come in. What strikes when follows from the seed and from the number of answers.
  @Suite struct BadWireTests {
    private static let faults: [FaultProxy.Fault] = [
      .cut, .loseUpstream, .loseDownstream, .halfOpen, .delay(milliseconds: 200),
      .cutAfter(bytes: 700),
    ]

    @Test(arguments: ["clientToOrders", "ordersToInventory", "inventoryToOrders"])
    func `a bad wire between processes loses nothing and doubles nothing`(
      name: String
    ) async throws {
      try await Self.strike(name, faults: Self.faults)
    }

    /// A database that is silent is noticed by the time its answer may take, so the wire is not
    /// left deaf here: that is the test after this one.
    @Test(arguments: ["ordersToDatabase", "inventoryToDatabase"])
    func `a bad wire to a database loses nothing and doubles nothing`(name: String) async throws {
      try await Self.strike(
        name, faults: [.cut, .delay(milliseconds: 200), .cutAfter(bytes: 700), .cut])
    }

    private static func wire(_ name: String, _ shop: FaultedShop) throws -> FaultProxy {
      let wires = shop.wires
      let all = [
        "clientToOrders": wires.clientToOrders, "ordersToInventory": wires.ordersToInventory,
        "inventoryToOrders": wires.inventoryToOrders, "ordersToDatabase": wires.ordersToDatabase,
        "inventoryToDatabase": wires.inventoryToDatabase,
      ]
      return try #require(all[name])
    }

    private static func strike(_ name: String, faults: [FaultProxy.Fault]) async throws {
      let shop = try await FaultedShop()
      try await shop.restock("opening", pieces: 400)
      let wire = try wire(name, shop)
      let client = shop.client()
      let seed = TestEffort.firstSeed
      var driver = OrderDriver(
        seed: seed, services: [RemoteOrders(client)], skus: FaultedShop.skus)
      driver.requests = 25 * faults.count
      driver.inFlight = 8
      driver.cancels = 2
      driver.repeats = 2
      driver.callTimeMax = .milliseconds(800)
      // A wire that is bad for good lets nobody answer, so what mends it is the number of answers,
      // refusals among them.
      driver.afterAnswer = { count in
        let phase = count / 12
        guard count % 12 == 0 else { return }
        wire.set(phase % 2 == 1 ? faults[phase / 2 % faults.count] : .none)
      }
      let result = try await shop.drive(driver)
      try await shop.expectAccounted("seed \(seed), \(name)", result)
      await client.shutdown()
      try await shop.stop()
    }

    /// A call ends with its deadline, whatever it waits for at that moment.
    @Test(arguments: [
      "clientToOrders", "ordersToInventory", "ordersToDatabase", "inventoryToDatabase",
    ])
    func `a deadline is kept when nothing comes over a wire`(name: String) async throws {
      let shop = try await FaultedShop()
      try await shop.restock("opening")
      let wire = try Self.wire(name, shop)
      let client = shop.client()
      let orders = RemoteOrders(client)
      func ask(_ key: String) async throws(RPCError) -> Receipt {
        try await orders.placeOrder(
          PlaceOrderRequest(
            customerID: "c", currency: "EUR", lines: [PlaceOrderLine(sku: "S1", quantity: 1)],
            requestID: key), CallContext(deadline: .after(.milliseconds(700))))
      }
      for deafness in [FaultProxy.Fault.halfOpen, .loseUpstream, .loseDownstream] {
        // Connections are there and known to work.
        var isUp = false
        for _ in 0..<200 where !isUp { isUp = (try? await ask("warm")) != nil }
        #expect(isUp)
        wire.set(deafness)
        do throws(RPCError) {
          _ = try await ask("deaf")
          Issue.record("answered over a wire that is \(deafness)")
        } catch {
          #expect([.deadlineExceeded, .unavailable].contains(error.code), "\(deafness): \(error)")
        }
        wire.set(.none)
      }
      await client.shutdown()
      try await shop.stop()
    }
  }
}

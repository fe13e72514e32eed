#if DEBUG
  import Contracts
  import Operations
  import TestSupport
  import Testing
  import Transport

  extension Faults {
    /// A service dies at each moment around a message and a commit, and the other one, its
    /// successor and the callers have to make sense of what is left.
    @Suite struct DeathPointTests {
      /// The first passage finds nothing of an earlier one, the third is amid other work; those
      /// behind the first take `TEST_EFFORT=3`.
      private static let passages = 1...min(3, TestEffort.count(1))

      @Test(arguments: FaultPoint.allCases)
      func `a process that dies there loses nothing and doubles nothing`(
        point: FaultPoint
      ) async throws {
        let shop = try await FaultedShop()
        try await shop.restock("opening")
        let client = shop.client()
        let service: FaultedShop.Service = point.isOfInventory ? .inventory : .orders
        let seed = TestEffort.firstSeed
        for passage in Self.passages {
          try await shop.restart(service, dieAt: "\(point):\(passage)")
          let successor = Task { try await shop.succeed(service) }
          var total = OrderDriver.Result()
          // What passes a point is not the same in every run; more orders and cancellations and
          // old holds come until it has been passed as often as it takes.
          var round: UInt64 = 0
          repeat {
            round += 1
            var driver = OrderDriver(
              seed: seed &* 1_000 &+ UInt64(passage) &* 100 &+ round,
              services: [RemoteOrders(client)], skus: FaultedShop.skus)
            driver.requests = 24
            driver.inFlight = 6
            driver.cancels = 4
            driver.repeats = 4
            let result = try await shop.drive(driver)
            total.placed += result.placed
            total.open += result.open
            try await shop.age("\(point)-\(passage)-\(round)")
            // Until the scarce one is sold out, orders of one batch may want too much together.
            try await shop.restock("\(point)-\(passage)-\(round)")
          } while await shop.isArmed(service) && round < 30
          #expect(await !shop.isArmed(service), "\(point) was not passed \(passage) times")
          successor.cancel()
          try await successor.value
          try await shop.expectAccounted("seed \(seed), \(point):\(passage)", total)
        }
        await client.shutdown()
        try await shop.stop()
      }
    }
  }
#endif

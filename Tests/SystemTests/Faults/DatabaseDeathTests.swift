import Contracts
import Foundation
import Postgres
import RPC
import TestSupport
import Testing
import Transport

extension Faults {
  /// A PostgreSQL of their own dies under both services while it writes their batches.
  @Suite struct DatabaseDeathTests {
    enum Death: CaseIterable, Sendable {
      /// One backend, on which the server ends all others too and recovers by itself.
      case backendKilled
      case serverKilled
      /// PostgreSQL's immediate shutdown, which leaves a recovery to the next start.
      case serverStopped
    }

    /// The database is back: how long may it take until orders are taken again?
    private static let recoveryMax: Duration = .seconds(3)

    @Test(arguments: Death.allCases)
    func `a database that dies in a batch is found again, and nothing is lost or doubled`(
      death: Death
    ) async throws {
      let postgres = ThrowAwayPostgres(keepsFiles: true)
      let shop = try await FaultedShop(on: postgres)
      try await shop.restock("opening")
      let client = shop.client()
      let orders = RemoteOrders(client)
      let seed = TestEffort.firstSeed
      var driver = OrderDriver(seed: seed, services: [orders], skus: FaultedShop.skus)
      driver.requests = 240
      driver.inFlight = 16
      driver.cancels = 2
      driver.repeats = 2
      driver.callTimeMax = .seconds(2)
      driver.afterAnswer = { count in
        guard [40, 90, 140].contains(count) else { return }
        try await Self.strike(death, postgres, shop)
        let start = ContinuousClock.now
        var probe = OrderDriver(
          seed: seed + UInt64(count), services: [orders], skus: FaultedShop.skus)
        probe.requests = 1
        probe.inFlight = 1
        probe.callTimeMax = .seconds(1)
        _ = try await shop.drive(probe)
        let took = ContinuousClock.now - start
        #expect(took <= Self.recoveryMax, "\(death) at answer \(count)")
      }
      let result = try await shop.drive(driver)
      try await shop.expectAccounted("seed \(seed), \(death)", result)
      await client.shutdown()
      try await shop.stop()
      await (try postgres.cluster()).stop()
    }

    /// Returns when the server answers again.
    private static func strike(
      _ death: Death, _ postgres: ThrowAwayPostgres, _ shop: FaultedShop
    ) async throws {
      let server = try #require(await (try postgres.cluster()).processID)
      switch death {
      case .backendKilled:
        try #require(kill(try await shop.busyBackend(), SIGKILL) == 0)
        try await isBack(shop)
      case .serverKilled:
        try #require(kill(server, SIGKILL) == 0)
        try await postgres.restart()
      case .serverStopped:
        try #require(kill(server, SIGQUIT) == 0)
        try await postgres.restart()
      }
    }

    private static func isBack(_ shop: FaultedShop) async throws {
      for _ in 0..<1_000 {
        if let session = try? await TestSession(shop.ordersDatabase) {
          await session.close()
          return
        }
        try await Task.sleep(for: .milliseconds(10))
      }
      throw SystemFailure("the server has not recovered")
    }
  }
}

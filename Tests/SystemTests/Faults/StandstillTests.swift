import Contracts
import Foundation
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

extension Faults {
  /// A process stands still in the middle of its work, as under a debugger, on a host that swaps or
  /// in a virtual machine that moves, and then goes on as if nothing had been.
  @Suite struct StandstillTests {
    enum Victim: CaseIterable, Sendable {
      case orders, inventory
      /// While it holds row locks.
      case inventoryBetweenTrips
      /// One of PostgreSQL's own processes, for longer than a silent connection is believed in.
      case backend

      var duration: Duration { self == .backend ? .seconds(12) : .seconds(5) }
    }

    /// What anybody may wait for one row, whoever stands still.
    private static let lockWaitMax: Duration = .seconds(3)

    @Test(arguments: Victim.allCases)
    func `whoever stands still keeps nobody waiting for a row, and breaks nothing afterwards`(
      victim: Victim
    ) async throws {
      let shop = try await FaultedShop()
      try await shop.restock("opening")
      if victim == .inventoryBetweenTrips {
        try await shop.restart(.inventory, stopAt: "reserveBetweenTrips:1")
      }
      let client = shop.client()
      let seed = TestEffort.firstSeed
      var driver = OrderDriver(
        seed: seed, services: [RemoteOrders(client)], skus: FaultedShop.skus)
      driver.requests = 200
      driver.inFlight = 12
      driver.cancels = 2
      driver.repeats = 2
      driver.callTimeMax = .seconds(1)
      driver.pause = .milliseconds(50)
      driver.afterAnswer = { count in
        if count == 40 { try await Self.stand(victim, shop) }
      }
      let waits = try await Self.longestWait(of: shop) { [driver] in
        try await shop.drive(driver)
      }
      #expect(waits.longest <= Self.lockWaitMax, "seed \(seed), \(victim)")
      try await shop.expectAccounted("seed \(seed), \(victim)", waits.result)
      await client.shutdown()
      try await shop.stop()
    }

    /// Stops it, sees that its rows are free soon, and lets it go on.
    private static func stand(_ victim: Victim, _ shop: FaultedShop) async throws {
      let process: pid_t
      switch victim {
      case .orders: process = await shop.processID(.orders)
      case .inventory: process = await shop.processID(.inventory)
      case .inventoryBetweenTrips:
        process = await shop.processID(.inventory)
        // Two orders of one batch that want more together than there is.
        var tries = 0
        while !isStopped(process), tries < 60 {
          tries += 1
          try await crowd(shop, tries)
        }
        try #require(isStopped(process), "no batch has taken two trips")
      case .backend:
        process = try await shop.busyBackend()
      }
      if victim != .inventoryBetweenTrips { try #require(kill(process, SIGSTOP) == 0) }
      if victim != .backend {
        // What a stopped backend has locked stays locked, but for those who give up in time.
        let rival = try await TestSession(shop.inventoryDatabase)
        try await rival.run(
          """
          SET lock_timeout = '\(lockWaitMax.components.seconds)s';
          BEGIN; SELECT 1 FROM stock ORDER BY sku FOR UPDATE; COMMIT
          """)
        await rival.close()
      }
      try await Task.sleep(for: victim.duration)
      try #require(kill(process, SIGCONT) == 0)
    }

    private static func isStopped(_ process: pid_t) -> Bool {
      let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      return status?.split(separator: ")").last?.split(separator: " ").first == "T"
    }

    /// A burst of orders for the scarce SKU, of which there are then too few for all of them.
    private static func crowd(_ shop: FaultedShop, _ number: Int) async throws {
      let stock = try await TestSession(shop.inventoryDatabase)
      try await stock.run(
        """
        INSERT INTO movement (sku, ref, delta, reason, actor)
          VALUES ('S0', 'crowd-\(number)', 3, 'receipt', 'test');
        UPDATE stock SET on_hand = on_hand + 3, version = version + 1 WHERE sku = 'S0'
        """)
      await stock.close()
      let client = shop.client()
      var driver = OrderDriver(
        seed: TestEffort.firstSeed &* 1_000 &+ UInt64(number),
        services: [RemoteOrders(client)], skus: ["S0"])
      driver.requests = 12
      driver.inFlight = 12
      driver.triesMax = 1
      driver.callTimeMax = .seconds(1)
      _ = try await shop.drive(driver)
      await client.shutdown()
    }

    /// The longest that any connection of a service was seen to wait for a lock while `work` ran.
    private static func longestWait<Result: Sendable>(
      of shop: FaultedShop, _ work: () async throws -> Result
    ) async throws -> (result: Result, longest: Duration) {
      let isOver = Mutex(false)
      let sampling = Task {
        var longest: Int64 = 0
        var sessions: [TestSession] = []
        for database in [shop.inventoryDatabase, shop.ordersDatabase] {
          sessions.append(try await TestSession(database))
        }
        while !isOver.withLock({ $0 }) {
          for session in sessions {
            let wait = try await session.number(
              """
              SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)), 0) * 1000
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
              WHERE NOT l.granted AND a.datname = current_database()
              """)
            longest = max(longest, wait)
          }
          try await Task.sleep(for: .milliseconds(50))
        }
        for session in sessions { await session.close() }
        return longest
      }
      let result = try await work()
      isOver.withLock { $0 = true }
      return (result, .milliseconds(try await sampling.value))
    }
  }
}

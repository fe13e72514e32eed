import Contracts
import Operations
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Inventory

/// A clock that a test moves.
private final class MovedClock: Sendable {
  private let ahead = Mutex(Duration.zero)
  private let start = ContinuousClock.now

  var now: ContinuousClock.Instant { start + ahead.withLock { $0 } }

  func move(by duration: Duration) { ahead.withLock { $0 += duration } }
}

extension InventoryOnPostgres {
  @Suite struct SoleWriterTests {
    /// Settings of an only writer whose looks after the stream a test makes by hand.
    private static func settings(
      _ clock: MovedClock, bias: Int64 = 0
    ) -> InventorySettings {
      var settings = InventorySettings()
      settings.writers = .sole
      settings.clock = { clock.now }
      settings.beatPause = .seconds(3_600)
      settings.viewBias = bias
      return settings
    }

    private static func available(
      _ node: InventoryNode, _ sku: String = "A"
    ) async throws(RPCError) -> Int64? {
      try await node.handlers.checkStock(
        CheckStockRequest(lines: [StockLine(sku: sku, quantity: 1)]), CallContext()
      ).lines.first?.available
    }

    private static func reserve(
      _ node: InventoryNode, _ quantity: Int64 = 1
    ) async throws(RPCError) -> HoldState? {
      try await node.handlers.reserveStock(
        ReserveStockRequest(
          holds: [TestInventory.hold(TestInventory.freshID(), [("A", quantity)])]), CallContext()
      ).outcomes.first?.state
    }

    /// Changes stock behind the back of every process, and what must be equal to it.
    private static func sneak(_ inventory: TestInventory, _ pieces: Int64) async throws {
      try await inventory.session.run(
        """
        BEGIN;
        INSERT INTO movement VALUES
          ('A', 'sneak' || (SELECT count(*) FROM movement), \(pieces), 'test', 'test');
        UPDATE stock SET on_hand = on_hand + \(pieces), version = version + 1 WHERE sku = 'A';
        COMMIT
        """)
    }

    @Test func `it answers from memory for three seconds after a row, then from the database`()
      async throws
    {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 5)]) {
        inventory in
        #expect(try await Self.available(inventory.node) == 5)
        try await Self.sneak(inventory, 10)
        clock.move(by: .seconds(3))
        #expect(try await Self.available(inventory.node) == 5)
        clock.move(by: .milliseconds(1))
        #expect(try await Self.available(inventory.node) == 15)
        // Its own rows make it the only writer again.
        await inventory.node.keeper?.beat()
        #expect(try await Self.available(inventory.node) == 15)
        try await Self.sneak(inventory, 1)
        #expect(try await Self.available(inventory.node) == 15)
      }
    }

    @Test func `whatever changes stock is in its answers before its caller hears of it`()
      async throws
    {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 10)]) {
        inventory in
        let id = TestInventory.freshID()
        #expect(try await inventory.reserve(id, [("A", 4)]).state == .held)
        #expect(try await Self.available(inventory.node) == 6)
        try await inventory.add([("A", 6)], ref: "more", price: 250)
        let line = try #require(try await inventory.check([("A", 1)]).first)
        #expect(line.available == 12 && line.unitPriceMinor == 250)
        _ = try await inventory.handlers.settleReservations(
          SettleReservationsRequest(
            settlements: [SettledReservation(orderID: id, state: .released)]), CallContext())
        #expect(try await Self.available(inventory.node) == 16)
        // A change that was applied before is no news, but what it finds may be.
        try await Self.sneak(inventory, 100)
        try await inventory.add([("A", 6)], ref: "more", price: 250)
        #expect(try await Self.available(inventory.node) == 116)
      }
    }

    @Test func `another replica reads, and answers writes with NOT_WRITER`() async throws {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 5)]) {
        inventory in
        let other = try TestInventory.makeNode(inventory.database, Self.settings(clock))
        try await other.start()
        #expect(try await Self.reserve(inventory.node) == .held)
        #expect(try await Self.available(other) == 4)
        let errors = [
          await failure { () throws(RPCError) in _ = try await Self.reserve(other) },
          await failure { () throws(RPCError) in
            _ = try await other.handlers.adjustStock(
              AdjustStockRequest(
                ref: "r", reason: "r", actor: "a", items: [StockAdjustment(sku: "A", delta: 1)]),
              CallContext())
          },
          await failure { () throws(RPCError) in
            _ = try await other.handlers.settleReservations(
              SettleReservationsRequest(
                settlements: [
                  SettledReservation(orderID: TestInventory.freshID(), state: .released)
                ]), CallContext())
          },
        ]
        #expect(errors.map { $0?.code } == [.unavailable, .unavailable, .unavailable])
        #expect(errors.map { $0?.reason } == ["NOT_WRITER", "NOT_WRITER", "NOT_WRITER"])
        await other.stop()
      }
    }

    @Test func `another takes over after five silent seconds, and the first is none any more`()
      async throws
    {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 5)]) {
        inventory in
        let other = try TestInventory.makeNode(inventory.database, Self.settings(clock))
        try await other.start()
        clock.move(by: .milliseconds(4_900))
        await other.keeper?.beat()
        #expect(other.lease?.isOwner == false)
        clock.move(by: .milliseconds(101))
        await other.keeper?.beat()
        #expect(other.lease?.isOwner == true)
        #expect(try await Self.reserve(other, 4) == .held)
        // What the first remembers is old, and it does not answer by it.
        #expect(try await Self.available(inventory.node) == 1)
        let error = await failure { () throws(RPCError) in
          _ = try await Self.reserve(inventory.node)
        }
        #expect(error?.reason == "NOT_WRITER")
        let log = try await inventory.session.texts(
          "SELECT stream, count(*), max(pos) - count(*) FROM stock_log GROUP BY stream")
        #expect(log == ["(0,4,0)"], "the claim, the first stock, the second claim, the hold")
        await other.stop()
      }
    }

    @Test func `an owner that is alive is never taken over`() async throws {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 5)]) {
        inventory in
        let other = try TestInventory.makeNode(inventory.database, Self.settings(clock))
        try await other.start()
        for _ in 0..<8 {
          clock.move(by: .seconds(2))
          await inventory.node.keeper?.beat()
          await other.keeper?.beat()
        }
        #expect(other.lease?.isOwner == false)
        #expect(try await Self.reserve(inventory.node) == .held)
        await other.stop()
      }
    }

    @Test func `who ends says so, and another takes over at once`() async throws {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 5)]) {
        inventory in
        let other = try TestInventory.makeNode(inventory.database, Self.settings(clock))
        try await other.start()
        await inventory.node.stop()
        await other.keeper?.beat()
        #expect(try await Self.reserve(other) == .held)
        #expect(try await Self.available(other) == 4)
        await other.stop()
      }
    }

    @Test func `who knows that it is alone does not wait`() async throws {
      let clock = MovedClock()
      try await TestInventory.withNode(settings: Self.settings(clock), stock: [("A", 5)]) {
        inventory in
        var alone = Self.settings(clock)
        alone.isAlone = true
        let other = try TestInventory.makeNode(inventory.database, alone)
        try await other.start()
        #expect(try await Self.reserve(other) == .held)
        await other.stop()
      }
    }

    @Test(arguments: [Int64(1_000_000), -1_000_000])
    func `a memory that is a million off sells neither too much nor too little`(
      bias: Int64
    ) async throws {
      let settings = Self.settings(MovedClock(), bias: bias)
      try await TestInventory.withNode(settings: settings, stock: [("A", 30)]) { inventory in
        let states = await withTaskGroup(of: HoldState?.self) { group in
          for _ in 0..<60 {
            group.addTask { try? await Self.reserve(inventory.node) }
          }
          return await group.reduce(into: [HoldState?]()) { $0.append($1) }
        }
        #expect(states.count { $0 == .held } == 30)
        #expect(states.count { $0 == .outOfStock } == 30)
        let figures = try await inventory.figures()
        #expect(figures == ["(A,30,30)"])
      }
    }

    @Test func `a SKU that was created by hand after the start is found`() async throws {
      try await TestInventory.withNode(settings: Self.settings(MovedClock())) { inventory in
        #expect(try await Self.available(inventory.node, "NEW") == 0)
        try await inventory.add([("NEW", 3)])
        #expect(try await Self.available(inventory.node, "NEW") == 3)
      }
    }
  }
}

import Contracts
import Postgres
import RPC
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  @Suite struct OrdersNodeTests {
    @Test func `replicas started together on an empty database all come up`() async throws {
      let inventory = try InventoryNode(connectionString: "dbname=none", logger: TestShop.logger)
      let database = try await ThrowAwayPostgres.shared.makeDatabase()
      let nodes = try (0..<8).map { _ in
        try OrdersNode(
          connectionString: database, inventory: inventory.handlers, logger: TestShop.logger)
      }
      for node in nodes { #expect(await !node.isReady(within: .zero)) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { try await node.start() } }
        try await group.waitForAll()
      }
      for node in nodes { #expect(await node.isReady()) }
      let session = try await TestSession(database)
      let names = try await session.texts("SELECT name FROM schema_migration")
      #expect(names == OrdersMigrations.all.map { "(\($0.name))" })
      await session.close()
      for node in nodes { await node.stop() }
      for node in nodes { #expect(await !node.isReady(within: .zero)) }
      await inventory.stop()
    }

    @Test func `a connection string that does not parse is refused at once`() {
      #expect(throws: PostgresError.self) {
        try InventoryNode(connectionString: "nonsense=", logger: TestShop.logger)
      }
    }

    @Test func `a database that cannot be reached ends the start`() async throws {
      var settings = InventorySettings()
      settings.startWaitMax = .zero
      let node = try InventoryNode(
        settings: settings, connectionString: "host=/nonexistent", logger: TestShop.logger)
      await #expect {
        try await node.start()
      } throws: { error in
        (error as? PostgresError)?.isUnavailable == true
      }
    }

    @Test func `after stop nothing is accepted and everything accepted is stored`() async throws {
      try await TestShop.with(stock: [("A", 1_000)]) { shop in
        let answers = await withTaskGroup(of: TestShop.Answer.self) { group in
          for number in 0..<50 {
            group.addTask { await shop.place([("A", 1)], key: "k\(number)") }
          }
          group.addTask {
            await shop.orders.stop()
            return TestShop.Answer()
          }
          return await group.reduce(into: [TestShop.Answer]()) { $0.append($1) }
        }
        let placed = answers.count { $0.receipt != nil }
        let stored = try await shop.orderSession.number("SELECT count(*) FROM orders")
        #expect(stored == placed)
        let late = await shop.place([("A", 1)], key: "late").error
        #expect(late?.code == .unavailable && late?.reason == "SHUTTING_DOWN")
      }
    }
  }
}

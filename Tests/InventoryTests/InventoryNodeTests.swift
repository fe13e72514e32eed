import Contracts
import Postgres
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct InventoryNodeTests {
    @Test func `replicas started together on an empty database all come up`() async throws {
      let database = try await ThrowAwayPostgres.shared.makeDatabase()
      let nodes = try (0..<8).map { _ in try TestInventory.makeNode(database) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { try await node.start() } }
        try await group.waitForAll()
      }
      for node in nodes { #expect(await node.isReady()) }
      let session = try await TestSession(database)
      let names = try await session.texts("SELECT name FROM schema_migration")
      #expect(names == InventoryMigrations.all.map { "(\($0.name))" })
      let streams = try await session.number("SELECT count(DISTINCT stream) FROM stock_log")
      #expect(streams == 8)
      await session.close()
      for node in nodes { await node.stop() }
    }

    @Test func `the sample catalogue fills an empty inventory only, and once`() async throws {
      try await TestInventory.withNode { inventory in
        #expect(try await inventory.node.loadSampleCatalogue())
        let before = try await inventory.figures()
        #expect(before.count == 8)
        #expect(try await !inventory.node.loadSampleCatalogue())
        #expect(try await inventory.figures() == before)
        let known = try await inventory.check([("CUP-LAST-ONE", 1)])
        #expect(known.map(\.available) == [1] && known.map(\.currency) == ["EUR"])
      }
      try await TestInventory.withNode(stock: [("A", 0)]) { inventory in
        let isLoaded = try await inventory.node.loadSampleCatalogue()
        let figures = try await inventory.figures()
        #expect(!isLoaded && figures == ["(A,0,0)"])
      }
    }

    @Test func `a database that does not sort by bytes is refused`() async throws {
      let database = try await ThrowAwayPostgres.shared.makeDatabase()
      let session = try await TestSession(database)
      try await session.run(
        """
        CREATE DATABASE sorted_otherwise TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'
        """)
      await session.close()
      let other = database.replacingName(with: "sorted_otherwise")
      let node = try TestInventory.makeNode(other)
      await #expect {
        try await node.start()
      } throws: { error in
        (error as? PostgresError)?.reason == .textOrder("sorted_otherwise")
      }
      await node.stop()
    }

    @Test func `a database that is gone is answered as such, and found again`() async throws {
      try await TestInventory.withNode(stock: [("A", 5)]) { inventory in
        let name = try await inventory.session.texts("SELECT current_database()")[0]
          .trimming("()")
        let outside = try await TestSession(inventory.database.replacingName(with: "postgres"))
        try await outside.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        try await outside.run(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = '\(name)' AND application_name = 'orderly'
          """)
        #expect(await !inventory.node.isReady(within: .milliseconds(200)))
        let check = await failure { () throws(RPCError) in _ = try await inventory.check([("A", 1)])
        }
        #expect(check?.code == .unavailable && check?.reason == "DATABASE_UNAVAILABLE")
        let id = TestInventory.freshID()
        let hold = await failure { () throws(RPCError) in
          _ = try await inventory.reserve([TestInventory.hold(id, [("A", 1)])])
        }
        #expect(hold?.code == .unavailable && hold?.reason == "DATABASE_UNAVAILABLE")
        try await outside.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
        await outside.close()
        while await !inventory.node.isReady() {}
        let session = try await TestSession(inventory.database)
        var state: HoldState?
        while state == nil { state = try? await inventory.reserve(id, [("A", 1)]).state }
        #expect(state == .held)
        #expect(try await session.texts("SELECT reserved FROM stock") == ["(1)"])
        await session.close()
      }
    }
  }
}

extension String {
  /// The same connection string for another database of the same server.
  func replacingName(with name: String) -> String { self + " dbname=\(name)" }

  func trimming(_ characters: String) -> String {
    String(filter { !characters.contains($0) })
  }
}

import Contracts
import Foundation
import Logging
import Postgres
import RPC
import TestSupport
import Testing
import Transport

/// Both services under the roles that docker/databases.sql makes and `orderly migrate` grants, and
/// what these roles must not be able to do.
@Suite(.timeLimit(.minutes(5))) struct ServingRoleTests {
  /// A server of the test's own, since roles belong to the whole of it. Every session opens as the
  /// superuser and takes on a role at its start, from when on only the role's rights count.
  private struct Server {
    let cluster: PrivateCluster

    init() async throws {
      var settings = PrivateClusterSettings(environment: ProcessInfo.processInfo.environment)
      settings.isEphemeral = true
      settings.databases = []
      settings.durability = .none
      var logger = Logger(label: "serving-role-postgres")
      logger.logLevel = .warning
      cluster = try PrivateCluster(settings: settings, logger: logger)
      try await Watchdog.shared.willUse(cluster.dataDirectory)
      try await cluster.start()
      let text = try String(
        contentsOf: BuiltPrograms.root.appending(path: "docker/databases.sql"), encoding: .utf8)
      let session = try await TestSession(cluster.administratorConnectionString("postgres"))
      // CREATE DATABASE runs in no transaction, so one statement is sent at a time.
      for statement in text.split(separator: ";\n") { try await session.run(String(statement)) }
      await session.close()
    }

    func target(_ database: String, as role: String) -> String {
      cluster.administratorConnectionString(database)
        + " connect_timeout=60 options='-c role=\(role)'"
    }

    func migrate() async throws -> (code: Int32, output: String, errors: String) {
      try await RunningProgram.run(
        try BuiltPrograms.path("orderly"),
        [
          "migrate", "--inventory-database", target("inventory", as: "inventory_owner"),
          "--orders-database", target("orders", as: "orders_owner"),
          "--inventory-serving-role", "inventory", "--orders-serving-role", "orders",
        ])
    }

    func service(_ name: String, _ more: [String] = []) throws -> RunningProgram {
      try RunningProgram(
        try BuiltPrograms.path("orderly"),
        [
          name, "--admin-port", "0", "--\(name)-port", "0", "--\(name)-database",
          target(name, as: name),
        ] + more)
    }
  }

  private static func address(_ program: RunningProgram) async throws -> String {
    let line = try await program.line("ready ")
    return try #require(line.split(separator: "=").last.map(String.init))
  }

  /// The SQLSTATE of a refusal; nil when it is none.
  private static func refusal(_ session: TestSession, _ sql: String) async -> SQLState? {
    do throws(PostgresError) {
      try await session.run(sql)
      return nil
    } catch {
      return error.sqlState
    }
  }

  @Test func `orders are placed, cancelled and released by roles that can delete nothing else`()
    async throws
  {
    let server = try await Server()
    // Before anything is there, a service says what is missing.
    let early = try server.service("inventory")
    #expect(try await early.end() == 77)
    #expect(early.standardError.contains("orderly migrate"))

    let migrated = try await server.migrate()
    #expect(migrated.code == 0, "\(migrated.errors)")
    #expect(migrated.output.contains("inventory: granted to inventory"))
    // Again, it changes nothing.
    #expect(try await server.migrate().output.contains("inventory: nothing to do"))

    let inventory = try server.service("inventory")
    let inventoryAddress = try await Self.address(inventory)
    let orders = try server.service("orders", ["--orders-inventory", inventoryAddress])
    let stock = FaultTests.client(inventoryAddress)
    let shop = FaultTests.client(try await Self.address(orders))
    try await FaultTests.fill(stock)
    let call = CallContext()
    let receipt = try await RemoteOrders(shop).placeOrder(FaultTests.order(1), call)
    let again = try await RemoteOrders(shop).placeOrder(FaultTests.order(1), call)
    #expect(again == receipt)
    _ = try await RemoteOrders(shop).cancelOrder(
      CancelOrderRequest(orderID: receipt.orderID), call)
    _ = try await RemoteOrders(shop).listOrders(ListOrdersRequest(customerID: "customer-1"), call)
    let closed = "00000000-0000-7000-8000-000000000001"
    _ = try await RemoteOrders(shop).resolveOrders(ResolveOrdersRequest(orderIDs: [closed]), call)
    // A hold too many beside one that fits goes through the slow path, which deletes its header.
    let holds = [1, 2].map {
      Hold(
        orderID: "00000000-0000-7000-8000-00000000001\($0)",
        lines: [StockLine(sku: FaultTests.skus[0], quantity: 100)])
    }
    let outcomes = try await RemoteInventory(stock).reserveStock(
      ReserveStockRequest(holds: holds), call
    ).outcomes
    #expect(outcomes.map(\.state) == [.held, .outOfStock])
    let settled = try await RemoteInventory(stock).settleReservations(
      SettleReservationsRequest(
        settlements: holds.map { SettledReservation(orderID: $0.orderID, state: .released) }), call)
    #expect(settled.settlements.map(\.state) == [.released, .released])
    // What was cancelled comes back too, once the relay has told it.
    let books = try await TestSession(server.cluster.administratorConnectionString("inventory"))
    while try await books.number("SELECT sum(reserved) FROM stock") > 0 {
      try await Task.sleep(for: .milliseconds(20))
    }
    let found = try await RemoteInventory(stock).reconcileStock(ReconcileStockRequest(), call)
    #expect(found.violations == [])
    await books.close()
    await stock.shutdown()
    await shop.shutdown()
    for program in [orders, inventory] {
      program.send(SIGTERM)
      #expect(try await program.end() == 0)
    }
    await server.cluster.stop()
  }

  @Test func `what a serving role must not do is refused`() async throws {
    let server = try await Server()
    #expect(try await server.migrate().code == 0)
    let tables = [
      "inventory": (
        all: ["catalogue", "stock", "hold", "hold_line", "movement", "stock_log"],
        deletable: "hold", append: ["hold_line", "movement", "stock_log"]
      ),
      "orders": (
        all: ["orders", "order_line", "order_log", "settle_due"], deletable: "settle_due",
        append: ["order_line", "order_log"]
      ),
    ]
    for (role, tables) in tables {
      let session = try await TestSession(server.target(role, as: role))
      for table in tables.all + ["schema_migration"] {
        #expect(
          await Self.refusal(session, "DELETE FROM \(table)")
            == (table == tables.deletable ? nil : .insufficientPrivilege), "\(table)")
        for sql in ["TRUNCATE \(table)", "DROP TABLE \(table)", "ALTER TABLE \(table) ADD x int"] {
          #expect(await Self.refusal(session, sql) == .insufficientPrivilege, "\(sql)")
        }
        #expect(await Self.refusal(session, "SELECT * FROM \(table)") == nil, "\(table)")
      }
      for table in tables.append {
        let first = try await session.texts(
          "SELECT attname FROM pg_attribute WHERE attrelid = '\(table)'::regclass AND attnum = 1")
        let column = try #require(first.first).dropFirst().dropLast()
        let sql = "UPDATE \(table) SET \(column) = \(column)"
        #expect(await Self.refusal(session, sql) == .insufficientPrivilege, "\(sql)")
      }
      for sql in [
        "CREATE TABLE x (n int)", "INSERT INTO schema_migration VALUES (9, 'x', '')",
        "CREATE ROLE y", "CREATE DATABASE z",
      ] {
        #expect(await Self.refusal(session, sql) == .insufficientPrivilege, "\(sql)")
      }
      // Its own database, and no other.
      for database in ["inventory", "orders"] {
        let mayOpen = try await session.number(
          "SELECT has_database_privilege('\(role)', '\(database)', 'CONNECT')::int")
        #expect(mayOpen == (database == role ? 1 : 0), "\(role) and \(database)")
      }
      await session.close()
    }
    await server.cluster.stop()
  }
}

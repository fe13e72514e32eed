import Foundation
import Postgres
import TestSupport
import Testing

/// The real program on a real PostgreSQL.
@Suite struct ServingTests {
  private func databases() async throws -> [String] {
    [
      "--inventory-database", try await ThrowAwayPostgres.shared.makeDatabase(),
      "--orders-database", try await ThrowAwayPostgres.shared.makeDatabase(),
    ]
  }

  /// Ends the connections to a database and lets nobody in again, as if it were gone.
  private func refuseConnections(to connectionString: String) async throws {
    let name = try #require(connectionString.firstMatch(of: /dbname='([^']+)'/)).1
    let cluster = try await ThrowAwayPostgres.shared.cluster()
    let connection = try PostgresConnection(
      connectionString: cluster.administratorConnectionString("postgres"))
    try await connection.connect()
    try await connection.script(
      """
      ALTER DATABASE \(name) ALLOW_CONNECTIONS false;
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)';
      """)
    await connection.close()
  }

  /// The exit code of `--probe` at an admin listener.
  private static func probe(_ admin: String) async throws -> Int32 {
    let port = try #require(admin.split(separator: ":").last)
    let ended = try await OrderlyProgram.run("edge", "--probe", "--admin-port", String(port))
    #expect(ended.output.isEmpty && ended.errors.isEmpty)
    return ended.code
  }

  private static let ports = [
    "--edge-port", "0", "--inventory-port", "0", "--orders-port", "0", "--admin-port", "0",
  ]

  @Test func `up serves all, is ready when it says so, and keeps what is there`() async throws {
    let databases = try await databases()
    let first = try await OrderlyProgram.serving(["up"] + Self.ports + databases) { program in
      let edge = try await program.address("edge")
      #expect(edge.wholeMatch(of: /http:\/\/127\.0\.0\.1:[1-9][0-9]*/) != nil)
      _ = try await program.address("inventory")
      _ = try await program.address("orders")
      let admin = try await program.adminAddress()
      #expect(try await program.get("http://\(admin)/readyz").body == #"{"status":"UP"}"#)
      #expect(try await Self.probe(admin) == 0)
      let item = try await program.get("\(edge)/v1/stock/CUP-LAST-ONE")
      #expect(item.body.contains(#""available":1"#))
      let metrics = try await program.get("http://\(admin)/metrics").body
      #expect(
        metrics.contains(
          #"http_server_requests_total{route="/v1/stock/{sku}",method="GET",status="200"} 1"#))
      #expect(
        metrics.contains(
          #"grpc_server_handled_total{grpc_service="inventory.v1.Inventory","#
            + #"grpc_method="CheckStock",grpc_code="OK"} 1"#))
      #expect(
        metrics.contains(
          #"grpc_client_started_total{grpc_service="inventory.v1.Inventory","#
            + #"grpc_method="CheckStock"} 1"#))
      program.send(SIGTERM)
    }
    #expect(first.code == 0)
    #expect(first.output.split(separator: "\n").count == 1)
    #expect(first.errors.contains("loaded the sample catalogue"))
    let second = try await OrderlyProgram.serving(["up"] + Self.ports + databases) { program in
      _ = try await program.address("edge")
      program.send(SIGTERM)
    }
    #expect(second.code == 0)
    #expect(!second.errors.contains("loaded the sample catalogue"))
  }

  @Test func `the parts of up stop in the order in which they need each other`() async throws {
    let databases = try await databases()
    let ended = try await OrderlyProgram.serving(
      ["up", "--log-level", "debug"] + Self.ports + databases
    ) { program in
      _ = try await program.address("edge")
      program.send(SIGTERM)
    }
    let stopped = ended.errors.matches(of: /"message":"stopping ([^"]+)"/).map { String($0.1) }
    let order = [
      "edge", "orders", "database of orders", "inventory", "database of inventory", "admin",
    ]
    #expect(stopped.filter { order.contains($0) } == order)
  }

  @Test func `three processes find each other`() async throws {
    let databases = try await databases()
    let inventory =
      ["inventory", "--inventory-port", "0", "--admin-port", "0"] + databases.prefix(2)
    let orders = ["orders", "--orders-port", "0", "--admin-port", "0"] + databases.suffix(2)
    let ended = try await OrderlyProgram.serving(inventory) { inventory in
      let inventoryAddress = try await inventory.address("inventory")
      _ = try await OrderlyProgram.serving(orders + ["--orders-inventory", inventoryAddress]) {
        orders in
        let ordersAddress = try await orders.address("orders")
        let edge = [
          "edge", "--edge-port", "0", "--admin-port", "0", "--edge-inventory", inventoryAddress,
          "--edge-orders", ordersAddress,
        ]
        _ = try await OrderlyProgram.serving(edge) { edge in
          let address = try await edge.address("edge")
          // The catalogue of `inventory` alone stays empty.
          let missing = try await edge.get("\(address)/v1/stock/CUP-BLUE")
          #expect(missing.status == 404)
          #expect(missing.body.contains("SKU_UNKNOWN"))
          edge.send(SIGTERM)
        }
        orders.send(SIGTERM)
      }
      inventory.send(SIGTERM)
    }
    #expect(ended.code == 0)
  }

  @Test func `migrate prints each step once, also when two run at once`() async throws {
    let databases = try await databases()
    async let one = OrderlyProgram.run(["migrate"] + databases)
    async let two = OrderlyProgram.run(["migrate"] + databases)
    let both = try await [one, two]
    #expect(both.map(\.code) == [0, 0])
    let lines = both.flatMap { $0.output.split(separator: "\n") }
    #expect(lines.filter { $0 == "inventory: applied 0001_stock.sql" }.count == 1)
    #expect(lines.filter { $0 == "orders: applied 0001_orders.sql" }.count == 1)
    let again = try await OrderlyProgram.run(["migrate"] + databases)
    #expect(again.code == 0)
    #expect(again.output == "inventory: nothing to do\norders: nothing to do\n")
  }

  @Test func `a database that goes away makes the service unready and not dead`() async throws {
    let databases = try await databases()
    let ended = try await OrderlyProgram.serving(
      ["inventory", "--inventory-port", "0", "--admin-port", "0", "--health-interval", "100ms"]
        + databases.prefix(2)
    ) { program in
      _ = try await program.address("inventory")
      let admin = try await program.adminAddress()
      #expect(try await program.get("http://\(admin)/readyz").status == 200)
      let database = try #require(databases.dropFirst().first)
      try await refuseConnections(to: database)
      _ = try await program.errors.first { $0.contains(#""message":"database is down""#) }
      #expect(try await Self.probe(admin) == 1)
      let readiness = try await program.get("http://\(admin)/readyz")
      #expect(readiness.status == 503)
      #expect(readiness.body == #"{"status":"DOWN","failing":["database"]}"#)
      #expect(try await program.get("http://\(admin)/livez").status == 200)
      program.send(SIGTERM)
    }
    #expect(ended.code == 0)
  }
}

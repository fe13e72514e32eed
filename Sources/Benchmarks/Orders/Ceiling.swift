import Foundation

/// What PostgreSQL does with one transaction for each hold and one for each order.
struct Ceiling {
  /// Orders per second, when each takes one of both at the best number of connections.
  let rate: Double
  /// Milliseconds of both, one after the other, with nobody else there.
  let latency: Double

  /// Measures, and prints what it finds.
  init(_ databases: ShopDatabases, seconds: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "orderly-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pgbench = Pgbench(folder: folder)
    print("pgbench -M prepared, one transaction at a time on each connection")
    print("connections    holds/s  mean ms   orders/s  mean ms")
    var best = (holds: 0.0, orders: 0.0)
    var alone = 0.0
    for clients in [1, 16, 64] {
      let holds = try pgbench.run(
        Pgbench.reserve, database: databases.connectionString("ceiling_stock"), clients: clients,
        seconds: seconds)
      let orders = try pgbench.run(
        Pgbench.order, database: databases.connectionString("ceiling_orders"), clients: clients,
        seconds: seconds)
      best = (max(best.holds, holds.rate), max(best.orders, orders.rate))
      if clients == 1 { alone = holds.latency + orders.latency }
      print(
        String(
          format: "%11d  %9.0f  %7.2f  %9.0f  %7.2f", clients, holds.rate, holds.latency,
          orders.rate, orders.latency))
    }
    rate = 1 / (1 / best.holds + 1 / best.orders)
    latency = alone
    print(String(format: "ceiling %.0f orders/s; two commits alone %.2f ms", rate, latency))
  }
}

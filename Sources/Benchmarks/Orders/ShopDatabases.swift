import Contracts
import Crypto
import Foundation
import Inventory
import Logging
import Orders
import Postgres
import RPC
import TestSupport
import Transport

/// A PostgreSQL of the benchmark's own, which forces every commit to the disk, with the databases
/// of both services and a second pair of the same schema for pgbench.
struct ShopDatabases {
  let cluster: PrivateCluster
  let skus: Int

  static let names = ["inventory", "orders", "ceiling_stock", "ceiling_orders"]

  init(skus: Int) async throws {
    self.skus = skus
    var settings = PrivateClusterSettings(environment: ProcessInfo.processInfo.environment)
    settings.isEphemeral = true
    settings.databases = Self.names
    settings.serverOptions = ["max_connections": "200"]
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    cluster = try PrivateCluster(settings: settings, logger: logger)
    try await cluster.start()
    for (name, files) in [
      ("inventory", InventoryMigrations.all), ("ceiling_stock", InventoryMigrations.all),
      ("orders", OrdersMigrations.all), ("ceiling_orders", OrdersMigrations.all),
    ] {
      let migrations = try Migrations(files: files, logger: logger)
      _ = try await migrations.apply(
        on: cluster.connectionString(name), waitingAtMost: .seconds(30))
    }
    for name in ["inventory", "ceiling_stock"] { try await fill(name, onHand: 1_000_000_000) }
    let session = try await TestSession(cluster.connectionString("orders"))
    try await session.run(InvariantChecks.driverLogSQL)
    await session.close()
  }

  func connectionString(_ name: String) -> String { cluster.connectionString(name) }

  private func fill(_ name: String, onHand: Int64) async throws {
    let session = try await TestSession(cluster.connectionString(name))
    try await session.run(
      """
      INSERT INTO catalogue (sku, unit_price_minor, currency)
        SELECT 'SKU-' || n, 100, 'EUR' FROM generate_series(1, \(skus)) AS n;
      INSERT INTO stock (sku, on_hand)
        SELECT 'SKU-' || n, \(onHand) FROM generate_series(1, \(skus)) AS n;
      INSERT INTO movement (sku, ref, delta, reason, actor)
        SELECT 'SKU-' || n, 'start', \(onHand), 'receipt', 'bench'
        FROM generate_series(1, \(skus)) AS n;
      ANALYZE
      """)
    await session.close()
  }

  /// Leaves nothing to sell. The service is told, since an only writer need not look for what
  /// others do to its tables.
  func sellOut(through inventory: String) async throws {
    let session = try await TestSession(connectionString("inventory"))
    let left = try await session.texts(
      "SELECT sku || ' ' || (on_hand - reserved) AS left FROM stock WHERE on_hand > reserved")
    await session.close()
    let items = left.map { row in
      // A row of one column stands in brackets, and in quotation marks for its blank.
      let words = row.filter { !"()\"".contains($0) }.split(separator: " ")
      return StockAdjustment(
        sku: String(words.first ?? ""), delta: -(words.last.flatMap { Int64($0) } ?? 0))
    }
    let client = Client([inventory], logger: Logger(label: "bench"))
    for (number, start) in stride(from: 0, to: items.count, by: 1_000).enumerated() {
      let part = Array(items[start..<min(start + 1_000, items.count)])
      let request = AdjustStockRequest(
        ref: "sold-out-\(number)", reason: "correction", actor: "bench", items: part)
      _ = try await RemoteInventory(client).adjustStock(
        request, CallContext(deadline: .after(.seconds(10))))
    }
    await client.shutdown()
  }

  /// Rows committed so far, on each side.
  struct Written {
    var holds: Int64
    var orders: Int64
  }

  func written() async throws -> Written {
    let stock = try await TestSession(connectionString("inventory"))
    let orders = try await TestSession(connectionString("orders"))
    let written = Written(
      holds: try await stock.number("SELECT count(*) FROM hold"),
      orders: try await orders.number("SELECT count(*) FROM orders"))
    await stock.close()
    await orders.close()
    return written
  }

  /// Stores what the callers sent and were told beside the orders.
  func store(_ outcome: OrderLoad.Outcome) async throws {
    let session = try await TestSession(connectionString("orders"))
    for start in stride(from: 0, to: outcome.sent.count, by: 5_000) {
      let rows = outcome.sent[start..<min(start + 5_000, outcome.sent.count)].map { sent in
        "('\(OrderLoad.customer)', '\(sent.key)', '\\x\(Self.digest(sent.key, sent.sku))')"
      }
      try await session.run(
        "INSERT INTO client_sent (customer_id, request_id, body_digest) VALUES "
          + rows.joined(separator: ","))
    }
    for start in stride(from: 0, to: outcome.placed.count, by: 5_000) {
      let rows = outcome.placed[start..<min(start + 5_000, outcome.placed.count)].map { placed in
        let receipt = placed.receipt
        let lines = receipt.lines.map { "\($0.sku)*\($0.quantity)@\($0.unitPriceMinor)" }
        let time = receipt.createdAt.map { "\($0.seconds).\(Self.nineDigits($0.nanos))" } ?? "0"
        return """
          ('\(receipt.orderID)', '\(OrderLoad.customer)', '\(placed.key)', \
          timestamptz 'epoch' + '\(time)'::numeric * interval '1 second', \
          '\(receipt.currency) \(receipt.totalMinor) \(lines.joined(separator: ","))')
          """
      }
      try await session.run(
        "INSERT INTO client_ok (order_id, customer_id, request_id, created_at, receipt) VALUES "
          + rows.joined(separator: ","))
    }
    await session.close()
  }

  /// Notes the orders of a load generator as sent. It has compared its own answers with the books.
  func storeGenerated() async throws {
    let session = try await TestSession(connectionString("orders"))
    try await session.run(
      """
      INSERT INTO client_sent (customer_id, request_id, body_digest)
        SELECT customer_id, request_id, body_digest FROM orders
        WHERE customer_id <> '\(OrderLoad.customer)'
      """)
    await session.close()
  }

  private static func nineDigits(_ nanos: Int32) -> String {
    let digits = String(nanos)
    return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
  }

  /// What makes a request the same one: customer, key, currency and lines.
  private static func digest(_ key: String, _ sku: Int) -> String {
    var canonical = CanonicalBytes()
    canonical.string(OrderLoad.customer)
    canonical.string(key)
    canonical.string("EUR")
    canonical.count(1)
    canonical.string(OrderLoad.sku(sku))
    canonical.quantity(1)
    return SHA256.hash(data: canonical.bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// What must hold and does not.
  func breaches() async throws -> [InvariantChecks.Breach] {
    let stock = try await InvariantChecks.breaches(
      of: InvariantChecks.inventory, in: connectionString("inventory"))
    let orders = try await InvariantChecks.breaches(
      of: InvariantChecks.orders, in: connectionString("orders"))
    return stock + orders
  }

  /// Processor seconds of the server and all its backends, as the kernel counts them.
  func processorSeconds() async throws -> Double {
    guard let server = await cluster.processID else { return 0 }
    let children = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap {
      Int32($0)
    }
    .filter { ProcessTimes(processID: $0)?.parent == server }
    return ([server] + children).compactMap { ProcessTimes(processID: $0)?.seconds }.reduce(0, +)
  }
}

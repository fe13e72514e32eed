import Foundation

/// PostgreSQL's own load generator, which commits one transaction after the other on each of its
/// connections: what an order costs when nobody gathers orders.
struct Pgbench {
  struct Measurement {
    /// Transactions per second.
    var rate: Double
    /// Mean latency in milliseconds.
    var latency: Double
  }

  let folder: URL

  /// What both scripts begin with: a SKU by Zipf's law, and a random id from two numbers.
  private static let draws = """
    \\set sku random_zipfian(1, 10000, 1.01)
    \\set high random(1, 9000000000000000000)
    \\set low random(1, 9000000000000000000)

    """

  private static let id = """
    (lpad(to_hex(:high::bigint), 16, '0') || lpad(to_hex(:low::bigint), 16, '0'))::uuid
    """

  /// Hold one piece, unless there is none.
  static let reserve =
    draws + """
      BEGIN;
      INSERT INTO hold (order_id, state, fingerprint) VALUES (\(id), 1, '\\x00');
      UPDATE stock SET reserved = reserved + 1, version = version + 1
        WHERE sku = 'SKU-' || :sku::bigint AND on_hand + backorder_limit - reserved >= 1;
      INSERT INTO hold_line (order_id, sku, quantity)
        VALUES (\(id), 'SKU-' || :sku::bigint, 1);
      COMMIT;
      """

  /// Store an order of one line.
  static let order =
    draws + """
      BEGIN;
      INSERT INTO orders (order_id, status, customer_id, request_id, currency, total_minor,
          body_digest, created_at, updated_at)
        VALUES (\(id), 1, 'customer', 'request', 'EUR', 100, '\\x00', now(), now());
      INSERT INTO order_line (order_id, line_no, sku, quantity, unit_price_minor)
        VALUES (\(id), 1, 'SKU-' || :sku::bigint, 1, 100);
      COMMIT;
      """

  /// Runs `script` on `clients` connections for `seconds`.
  func run(
    _ script: String, database: String, clients: Int, seconds: Int
  ) throws -> Measurement {
    let file = folder.appending(path: "script.sql")
    try Data(script.utf8).write(to: file)
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // pgbench ends by an alarm, and a process started from a thread of the pool inherits that
    // thread's blocked signals.
    process.arguments = [
      "--default-signal", "pgbench", "-M", "prepared", "-n", "-c", "\(clients)", "-j", "1", "-T",
      "\(seconds)", "-f",
      file.path(percentEncoded: false), database,
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    let text = String(decoding: data, as: UTF8.self)
    guard let rate = Self.number(after: "tps = ", in: text),
      let latency = Self.number(after: "latency average = ", in: text)
    else { throw BenchFailure("pgbench: \(text)") }
    return Measurement(rate: rate, latency: latency)
  }

  private static func number(after label: String, in text: String) -> Double? {
    guard let range = text.range(of: label) else { return nil }
    return Double(text[range.upperBound...].prefix { $0.isNumber || $0 == "." })
  }
}

/// What must hold between the two databases and what callers were told, whatever was killed when.
///
/// Each check is a query that answers no row. The driver's own log stands beside the orders:
///
///     client_sent(customer_id, request_id, body_digest)           written before sending
///     client_ok(order_id, customer_id, request_id, created_at, receipt)
///     client_answer(customer_id, request_id, body_digest, code, reason, reply)
///
/// where a receipt is told like `EUR 300 A*1@100,B*2@100` and a reply is the bytes of a receipt.
public struct InvariantChecks: Sendable {
  public struct Check: Sendable {
    /// I1 to I8.
    public let name: String
    public let sql: String
  }

  public struct Breach: Sendable, Equatable, CustomStringConvertible {
    public let name: String
    public let rows: [String]
    public var description: String { "\(name): \(rows.prefix(5))" }
  }

  /// The log of what a driver did, for the orders database.
  public static let driverLogSQL = """
    CREATE TABLE client_sent (
      customer_id text NOT NULL, request_id text NOT NULL, body_digest bytea NOT NULL);
    CREATE TABLE client_ok (
      order_id uuid NOT NULL, customer_id text NOT NULL, request_id text NOT NULL,
      created_at timestamptz NOT NULL, receipt text NOT NULL);
    CREATE TABLE client_answer (
      customer_id text NOT NULL, request_id text NOT NULL, body_digest bytea NOT NULL,
      code integer NOT NULL, reason text NOT NULL, reply bytea NOT NULL)
    """

  /// I1: nothing is oversold. I2: `reserved` is what holds hold. I3: `on_hand` is its movements.
  public static let inventory = [
    Check(
      name: "I1",
      sql: """
        SELECT sku FROM stock
        WHERE on_hand < 0 OR reserved < 0 OR on_hand + backorder_limit < reserved
        """),
    Check(
      name: "I1",
      sql: """
        SELECT 1 FROM pg_constraint WHERE conrelid = 'stock'::regclass AND convalidated
          AND conname IN ('stock_on_hand', 'stock_reserved', 'stock_oversell')
        HAVING count(*) <> 3
        """),
    Check(
      name: "I2",
      sql: """
        SELECT COALESCE(s.sku, l.sku), s.reserved, l.q FROM stock s
        FULL JOIN (SELECT x.sku, sum(x.quantity) AS q FROM hold_line x
          JOIN hold h ON h.order_id = x.order_id WHERE h.state IN (1, 2) GROUP BY x.sku) l
          ON l.sku = s.sku
        WHERE s.sku IS NULL OR s.reserved <> COALESCE(l.q, 0)
        """),
    Check(
      name: "I2",
      sql: """
        SELECT COALESCE(h.order_id, l.order_id)
        FROM (SELECT order_id FROM hold WHERE state <> 4) h
        FULL JOIN (SELECT DISTINCT order_id FROM hold_line) l ON l.order_id = h.order_id
        LEFT JOIN hold r ON r.order_id = l.order_id
        WHERE l.order_id IS NULL OR r.order_id IS NULL
        """),
    Check(
      name: "I3",
      sql: """
        SELECT COALESCE(s.sku, m.sku), s.on_hand, m.d FROM stock s
        FULL JOIN (SELECT sku, sum(delta) AS d FROM movement GROUP BY sku) m ON m.sku = s.sku
        WHERE s.sku IS NULL OR s.on_hand <> COALESCE(m.d, 0)
        """),
  ]

  /// I4: every order that was acknowledged is there as it was told. I5: every order was asked for,
  /// and its lines add up. I7: a key names one order, and what was answered for good agrees. I8:
  /// the log has no gap and tells each move once.
  public static let orders = [
    Check(
      name: "I4",
      sql: """
        SELECT c.order_id FROM client_ok c
        LEFT JOIN orders o ON o.order_id = c.order_id AND o.status <> 3
          AND o.customer_id = c.customer_id AND o.request_id = c.request_id
        LEFT JOIN (SELECT order_id,
            string_agg(sku || '*' || quantity || '@' || unit_price_minor, ',' ORDER BY line_no)
              AS b FROM order_line GROUP BY order_id) l ON l.order_id = o.order_id
        WHERE o.order_id IS NULL OR o.created_at IS DISTINCT FROM c.created_at
          OR o.currency || ' ' || o.total_minor || ' ' || l.b IS DISTINCT FROM c.receipt
        """),
    Check(
      name: "I5",
      sql: """
        SELECT o.order_id FROM orders o
        LEFT JOIN client_sent s ON s.customer_id = o.customer_id
          AND s.request_id = o.request_id AND s.body_digest = o.body_digest
        WHERE o.status <> 3 AND s.request_id IS NULL
        """),
    Check(
      name: "I5",
      sql: """
        SELECT o.order_id FROM orders o LEFT JOIN order_line l ON l.order_id = o.order_id
        WHERE o.status <> 3 GROUP BY o.order_id, o.total_minor
        HAVING COALESCE(sum(l.quantity::bigint * l.unit_price_minor), -1) <> o.total_minor
          OR max(l.line_no) <> count(*)
        """),
    Check(
      name: "I7",
      sql: """
        SELECT customer_id, request_id FROM orders WHERE request_id IS NOT NULL
        GROUP BY 1, 2 HAVING count(*) > 1
        """),
    Check(
      name: "I7",
      sql: """
        SELECT customer_id, request_id FROM client_answer
        WHERE code = 0 OR reason = 'ORDER_ABORTED' GROUP BY 1, 2
        HAVING count(DISTINCT code) > 1 OR count(DISTINCT reply) FILTER (WHERE code = 0) > 1
          OR count(DISTINCT body_digest) FILTER (WHERE code = 0) > 1
        """),
    Check(
      name: "I7",
      sql: """
        SELECT a.request_id FROM client_answer a
        WHERE a.reason = 'REQUEST_ID_REUSED' AND NOT EXISTS (
          SELECT 1 FROM orders o WHERE o.customer_id = a.customer_id
            AND o.request_id = a.request_id AND o.body_digest <> a.body_digest)
        """),
    Check(
      name: "I8",
      sql: """
        SELECT stream FROM order_log GROUP BY stream
        HAVING min(pos) <> 1 OR max(pos) <> count(*)
        """),
    Check(
      name: "I8",
      sql: """
        WITH e AS (SELECT u.order_id, u.kind, u.version FROM order_log l
          CROSS JOIN LATERAL unnest(l.order_ids, l.kinds, l.versions)
            AS u(order_id, kind, version))
        SELECT COALESCE(o.order_id, e.order_id)
        FROM (SELECT order_id, status, version FROM orders WHERE status <> 3) o
        FULL JOIN e ON e.order_id = o.order_id
        GROUP BY 1, o.status, o.version
        HAVING o.status IS NULL OR count(*) <> o.version
          OR count(*) FILTER (WHERE kind = 1 AND e.version = 1) <> 1
          OR count(*) FILTER (WHERE kind = 2 AND e.version > 1)
            <> CASE WHEN o.status = 2 THEN 1 ELSE 0 END
        """),
  ]

  /// I6, once everything is settled: no hold waits, and nothing is left to be told.
  public static let settledInventory = [
    Check(name: "I6", sql: "SELECT order_id FROM hold WHERE state = 1")
  ]
  public static let settledOrders = [
    Check(name: "I6", sql: "SELECT order_id FROM settle_due")
  ]
}

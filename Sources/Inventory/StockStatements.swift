internal import Operations
internal import Postgres

/// Every statement that takes holds, and the one that proves them. Each but the last touches one
/// table and takes arrays, so its text is the same for a batch of one and of a thousand, and a
/// sharded PostgreSQL runs it as it is.
///
/// Locks are taken in one order everywhere: `hold` by order_id, then `stock` by sku. That is why
/// rows are inserted and locked sorted.
enum StockStatements {
  static let insertLog = Statement(
    name: "stock_log_insert",
    sql: "INSERT INTO stock_log (stream, pos) VALUES ($1, $2)")

  static let insertHolds = Statement(
    name: "hold_insert",
    sql: """
      INSERT INTO hold (order_id, state, fingerprint)
      SELECT o, 1, f FROM unnest($1::uuid[], $2::bytea[]) AS t(o, f) ORDER BY o
      """)

  /// The same where a hold may be there already; answers the ids that were not.
  static let insertNewHolds = Statement(
    name: "hold_insert_new",
    sql: """
      INSERT INTO hold (order_id, state, fingerprint)
      SELECT o, 1, f FROM unnest($1::uuid[], $2::bytea[]) AS t(o, f) ORDER BY o
      ON CONFLICT (order_id) DO NOTHING RETURNING order_id
      """)

  static let selectHolds = Statement(
    name: "hold_select",
    sql: """
      SELECT order_id, state, fingerprint FROM hold
      WHERE order_id = ANY ($1::uuid[]) ORDER BY order_id
      """)

  static let deleteHolds = Statement(
    name: "hold_delete",
    sql: "DELETE FROM hold WHERE order_id = ANY ($1::uuid[])")

  static let lockStock = Statement(
    name: "stock_lock",
    sql: "SELECT 1 FROM stock WHERE sku = ANY ($1::text[]) ORDER BY sku FOR UPDATE")

  static let selectStock = Statement(
    name: "stock_select",
    sql: """
      SELECT sku, on_hand, reserved, backorder_limit, version FROM stock
      WHERE sku = ANY ($1::text[]) ORDER BY sku
      """)

  static let selectStockLocking = Statement(
    name: "stock_select_locking",
    sql: """
      SELECT sku, on_hand, reserved, backorder_limit, version FROM stock
      WHERE sku = ANY ($1::text[]) ORDER BY sku FOR UPDATE
      """)

  /// Each SKU must come once: of two source rows for one target row only one is applied.
  static let reserve = Statement(
    name: "stock_reserve",
    sql: """
      UPDATE stock AS s SET reserved = s.reserved + d.q, version = s.version + 1
      FROM unnest($1::text[], $2::bigint[]) AS d(sku, q) WHERE s.sku = d.sku
      RETURNING s.sku, s.on_hand, s.reserved, s.backorder_limit, s.version
      """)

  static let insertHoldLines = Statement(
    name: "hold_line_insert",
    sql: """
      INSERT INTO hold_line (order_id, sku, quantity)
      SELECT o, s, q FROM unnest($1::uuid[], $2::text[], $3::integer[]) AS t(o, s, q)
      """)

  static let selectCatalogue = Statement(
    name: "catalogue_select",
    sql: """
      SELECT sku, unit_price_minor, currency, low_mark FROM catalogue
      WHERE sku = ANY ($1::text[])
      """)

  /// All there is, up to a number of rows.
  static let loadStock = Statement(
    name: "stock_load",
    sql: "SELECT sku, on_hand, reserved, backorder_limit, version FROM stock LIMIT $1")

  static let loadCatalogue = Statement(
    name: "catalogue_load",
    sql: "SELECT sku, unit_price_minor, currency, low_mark FROM catalogue LIMIT $1")

  /// Every row that breaks an equation, up to a number of them, and one row of counts. It is one
  /// statement and so one snapshot.
  static let violations = Statement(
    name: "stock_violations",
    sql: """
      (SELECT 'counts', '', '', (SELECT count(*) FROM stock), (SELECT count(*) FROM hold))
      UNION ALL
      (SELECT equation, sku, order_id, expected, found FROM (
        SELECT 'oversold' AS equation, sku, '' AS order_id, on_hand + backorder_limit AS expected,
          reserved AS found
        FROM stock WHERE on_hand < 0 OR reserved < 0 OR on_hand + backorder_limit < reserved
        UNION ALL
        SELECT 'reserved', COALESCE(s.sku, l.sku), '', COALESCE(l.quantity, 0),
          COALESCE(s.reserved, 0)
        FROM stock s FULL JOIN (
          SELECT x.sku, sum(x.quantity)::bigint AS quantity FROM hold_line x
          JOIN hold h ON h.order_id = x.order_id WHERE h.state IN (1, 2) GROUP BY x.sku
        ) l ON l.sku = s.sku
        WHERE s.sku IS NULL OR s.reserved <> COALESCE(l.quantity, 0)
        UNION ALL
        SELECT 'hold_lines', '', h.order_id::text, 1, 0 FROM hold h
        WHERE h.state <> 4 AND NOT EXISTS (
          SELECT 1 FROM hold_line l WHERE l.order_id = h.order_id)
        UNION ALL
        SELECT 'hold_lines', '', l.order_id::text, 0, count(*) FROM hold_line l
        WHERE NOT EXISTS (SELECT 1 FROM hold h WHERE h.order_id = l.order_id) GROUP BY l.order_id
        UNION ALL
        SELECT 'on_hand', COALESCE(s.sku, m.sku), '', COALESCE(m.sum, 0), COALESCE(s.on_hand, 0)
        FROM stock s FULL JOIN (
          SELECT sku, sum(delta)::bigint AS sum FROM movement GROUP BY sku
        ) m ON m.sku = s.sku
        WHERE s.sku IS NULL OR s.on_hand <> COALESCE(m.sum, 0)
      ) v ORDER BY equation, sku, order_id LIMIT $1)
      """)

  static let log = LogTable(
    primaryKey: "stock_log_pkey",
    latest: Statement(
      name: "stock_log_latest",
      sql: """
        SELECT pos, at > now() - interval '1 minute', at = 'epoch' FROM stock_log
        WHERE stream = $1 ORDER BY pos DESC LIMIT 1
        """),
    claim: logRow,
    giveUp: { giveUpLog(.int16($0.stream), .int64($0.position)) })

  /// A row of no batch, from a time when there was none, by which an only writer says that it has
  /// ended. The next one then need not wait until the silence tells.
  private static let giveUpLog = Statement(
    name: "stock_log_give_up",
    sql: "INSERT INTO stock_log (stream, pos, at) VALUES ($1, $2, 'epoch')")

  static let logHeads = LogHeads.statement(of: "stock_log")

  static func logRow(_ position: LogPosition) -> BoundStatement {
    insertLog(.int16(position.stream), .int64(position.position))
  }
}

internal import Contracts
internal import Operations
internal import Postgres

/// Every statement of orders. Each touches one table and takes arrays, so its text is the same for
/// a batch of one and of a thousand, and a sharded PostgreSQL runs it as it is.
enum OrderStatements {
  static let insertLog = Statement(
    name: "order_log_insert",
    sql: """
      INSERT INTO order_log (stream, pos, order_ids, kinds, versions)
      VALUES ($1, $2, $3, $4, $5)
      """)

  private static let insertOrdersText = """
    INSERT INTO orders (order_id, status, version, customer_id, request_id, currency,
      total_minor, body_digest, created_at, updated_at)
    SELECT o, 1, 1, c, r, m, t, d, a, a FROM unnest($1::uuid[], $2::text[], $3::text[],
      $4::text[], $5::bigint[], $6::bytea[], $7::timestamptz[]) AS t(o, c, r, m, t, d, a)
    ORDER BY o
    """

  static let insertOrders = Statement(name: "order_insert", sql: insertOrdersText)

  /// The same where an order may be there already; answers the ids that were not.
  static let insertNewOrders = Statement(
    name: "order_insert_new",
    sql: insertOrdersText + " ON CONFLICT (order_id) DO NOTHING RETURNING order_id")

  static let insertLines = Statement(
    name: "order_line_insert",
    sql: """
      INSERT INTO order_line (order_id, line_no, sku, quantity, unit_price_minor)
      SELECT o, n, s, q, p FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::integer[],
        $5::bigint[]) AS t(o, n, s, q, p)
      """)

  static let selectOrders = Statement(
    name: "order_select",
    sql: """
      SELECT order_id, status, version, customer_id, request_id, currency, total_minor,
        body_digest, created_at, updated_at
      FROM orders WHERE order_id = ANY ($1::uuid[])
      """)

  /// The same, kept from changing; locked in the order in which everybody locks orders.
  static let lockOrders = Statement(
    name: "order_select_locking", sql: selectOrders.sql + " ORDER BY order_id FOR UPDATE")

  static let updateOrders = Statement(
    name: "order_update",
    sql: """
      UPDATE orders AS r SET status = d.s, version = d.v, updated_at = d.t
      FROM unnest($1::uuid[], $2::smallint[], $3::integer[], $4::timestamptz[])
        AS d(o, s, v, t)
      WHERE r.order_id = d.o
      """)

  static let insertSettleDue = Statement(
    name: "settle_due_insert",
    sql: """
      INSERT INTO settle_due (order_id, due_at)
      SELECT o, clock_timestamp() FROM unnest($1::uuid[]) AS t(o) ORDER BY o
      ON CONFLICT (order_id) DO UPDATE SET due_at = excluded.due_at
      """)

  static let selectSettleDue = Statement(
    name: "settle_due_select",
    sql: "SELECT order_id, due_at FROM settle_due ORDER BY due_at, order_id LIMIT $1")

  /// Only what became due when it was read: an order that moved meanwhile is due anew.
  static let deleteSettleDue = Statement(
    name: "settle_due_delete",
    sql: """
      DELETE FROM settle_due AS s USING unnest($1::uuid[], $2::timestamptz[]) AS d(o, t)
      WHERE s.order_id = d.o AND s.due_at = d.t
      """)

  static let selectLines = Statement(
    name: "order_line_select",
    sql: """
      SELECT order_id, sku, quantity, unit_price_minor FROM order_line
      WHERE order_id = ANY ($1::uuid[]) ORDER BY order_id, line_no
      """)

  static let log = LogTable(
    primaryKey: "order_log_pkey",
    latest: Statement(
      name: "order_log_latest",
      sql: """
        SELECT pos, at > now() - interval '1 minute' FROM order_log
        WHERE stream = $1 ORDER BY pos DESC LIMIT 1
        """),
    claim: { logRow($0, placed: []) })

  static let logHeads = LogHeads.statement(of: "order_log")

  static let placedKind: Int16 = 1
  static let cancelledKind: Int16 = 2

  static func logRow(_ position: LogPosition, placed: [NewOrder]) -> BoundStatement {
    logRow(position, moves: placed.map { ($0.orderID, placedKind, 1) })
  }

  /// What is told of orders that moved: the kind of move, and the version it led to.
  static func logRow(
    _ position: LogPosition, moves: [(id: OrderID, kind: Int16, version: Int32)]
  ) -> BoundStatement {
    insertLog(
      .int16(position.stream), .int64(position.position), .uuidArray(moves.map(\.id.uuid)),
      .int16Array(moves.map(\.kind)), .int32Array(moves.map(\.version)))
  }
}

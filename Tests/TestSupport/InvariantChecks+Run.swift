public import Postgres

extension InvariantChecks {
  /// Runs checks on a database and answers those that found something.
  public static func breaches(
    of checks: [Check], in connectionString: String
  ) async throws(PostgresError) -> [Breach] {
    let connection = try PostgresConnection(connectionString: connectionString)
    try await connection.connect()
    var breaches: [Breach] = []
    for (index, check) in checks.enumerated() {
      let rows = try await texts("check_\(index)", check.sql, connection)
      if !rows.isEmpty { breaches.append(Breach(name: check.name, rows: rows)) }
    }
    await connection.close()
    return breaches
  }

  /// I1 to I8 of both databases, for the time when everything is settled.
  public static func settledBreaches(
    inventory: String, orders: String
  ) async throws(PostgresError) -> [Breach] {
    try await breaches(of: Self.inventory + settledInventory, in: inventory)
      + breaches(of: Self.orders + settledOrders, in: orders)
      + mismatches(inventory: inventory, orders: orders)
  }

  /// I6 across the two databases: the lines of committed holds are those of confirmed orders. No
  /// query sees both, so what inventory holds is carried over to stand beside the orders.
  private static func mismatches(
    inventory: String, orders: String
  ) async throws(PostgresError) -> [Breach] {
    let stock = try PostgresConnection(connectionString: inventory)
    try await stock.connect()
    var ids: [PostgresUUID] = [], skus: [String] = [], quantities: [Int32] = []
    for row in try await stock.query(Statement(name: "i6a", sql: committedLines)()) {
      ids.append(try row.uuid(0))
      skus.append(try row.text(1))
      quantities.append(try row.int32(2))
    }
    await stock.close()
    let ledger = try PostgresConnection(connectionString: orders)
    try await ledger.connect()
    try await ledger.script(
      "CREATE TEMPORARY TABLE committed (order_id uuid, sku text, quantity integer)")
    let fill = Statement(
      name: "i6_fill",
      sql: """
        INSERT INTO committed
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[])
        """)
    _ = try await ledger.query(
      fill(.uuidArray(ids), .textArray(skus), .int32Array(quantities)))
    let rows = try await texts("i6", ordersAgainstHolds, ledger)
    await ledger.close()
    return rows.isEmpty ? [] : [Breach(name: "I6", rows: rows)]
  }

  private static let committedLines = """
    SELECT l.order_id, l.sku, l.quantity FROM hold_line l JOIN hold h ON h.order_id = l.order_id
    WHERE h.state IN (2, 3)
    """

  private static let ordersAgainstHolds = """
    WITH o AS (SELECT l.order_id, l.sku, l.quantity FROM order_line l
      JOIN orders o ON o.order_id = l.order_id WHERE o.status IN (1, 4, 5))
    (SELECT * FROM o EXCEPT SELECT * FROM committed)
    UNION ALL (SELECT * FROM committed EXCEPT SELECT * FROM o)
    """

  /// The rows as text, whatever their columns.
  private static func texts(
    _ name: String, _ sql: String, _ connection: PostgresConnection
  ) async throws(PostgresError) -> [String] {
    let statement = Statement(name: name, sql: "SELECT x::text FROM (\(sql)) AS x")
    var rows: [String] = []
    for row in try await connection.query(statement()) { rows.append(try row.text(0)) }
    return rows
  }
}

internal import Contracts
internal import Operations
internal import Postgres
internal import RPC

/// Writes what became of holds, whoever found out: a hint, an answer to our question, or orders
/// itself. Each change happens once, and a release is final.
///
///     none ──released──▶ released          held ──committed──▶ committed ──released──▶ released
///                                            └──────────released──────────────────────────▲
struct HoldSettlement: Sendable {
  let pool: PostgresPool
  let view: StockView

  /// Held becomes committed; no counter moves. Ids without a hold are passed over.
  func commit(_ ids: [OrderID]) async throws(PostgresError) {
    guard !ids.isEmpty else { return }
    let ids = PostgresValue.uuidArray(ids.map(\.uuid))
    FaultPoint.settleBeforeCommit.pass()
    _ = try await pool.pipeline([HoldSettler.lockHolds(ids), HoldSettler.commitHolds(ids)])
    FaultPoint.settleAfterCommit.pass()
  }

  /// Held and committed become released, and their pieces are free again. Whoever comes second
  /// finds none left to flip and frees nothing. An id without a hold is closed: one that comes late
  /// takes nothing.
  /// - Returns: how many holds were released.
  @discardableResult
  func release(_ ids: [OrderID]) async throws(PostgresError) -> Int {
    guard !ids.isEmpty else { return 0 }
    let all = PostgresValue.uuidArray(Set(ids).map(\.uuid))
    FaultPoint.releaseBeforeLook.pass()
    let result = try await pool.transaction([
      Self.closeUnknown(all), Self.lockUnreleased(all), Self.selectLines(all),
    ]) { rows throws(PostgresError) in
      var flipping: Set<OrderID> = []
      for row in rows[1] { flipping.insert(try OrderID(row, 0)) }
      var freed: [SKU: Int64] = [:]
      for row in rows[2] where flipping.contains(try OrderID(row, 0)) {
        freed[try SKU(row, 1), default: 0] += Int64(try row.int32(2))
      }
      FaultPoint.releaseBeforeCommit.pass()
      guard !flipping.isEmpty else { return .commit([], 0) }
      let skus = freed.keys.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
      let names = PostgresValue.textArray(skus.map(\.text))
      return .commit(
        [
          Self.releaseHolds(.uuidArray(flipping.map(\.uuid))), StockStatements.lockStock(names),
          StockStatements.reserve(names, .int64Array(skus.map { -(freed[$0] ?? 0) })),
        ], flipping.count)
    }
    FaultPoint.releaseAfterCommit.pass()
    if result.isCommitted, result.rows.count == 3 {
      view.note(try StockFigures.all(result.rows[2]))
    }
    return result.decision
  }

  /// The state of each hold; no entry for an id that has none.
  func states(_ ids: [OrderID]) async throws(PostgresError) -> [OrderID: HoldState] {
    var states: [OrderID: HoldState] = [:]
    let rows = try await pool.query(StockStatements.selectHolds(.uuidArray(ids.map(\.uuid))))
    for row in rows {
      states[try OrderID(row, 0)] = HoldState(rawValue: Int32(try row.int16(1)))
    }
    return states
  }

  private static let closeUnknown = Statement(
    name: "hold_close_unknown",
    sql: """
      INSERT INTO hold (order_id, state, fingerprint, settled_at)
      SELECT o, 4, ''::bytea, now() FROM unnest($1::uuid[]) AS t(o) ORDER BY o
      ON CONFLICT (order_id) DO NOTHING
      """)

  /// Locks in the order in which everybody locks holds.
  private static let lockUnreleased = Statement(
    name: "hold_lock_unreleased",
    sql: """
      SELECT order_id FROM hold WHERE order_id = ANY ($1::uuid[]) AND state IN (1, 2)
      ORDER BY order_id FOR UPDATE
      """)

  private static let selectLines = Statement(
    name: "hold_line_select",
    sql: "SELECT order_id, sku, quantity FROM hold_line WHERE order_id = ANY ($1::uuid[])")

  private static let releaseHolds = Statement(
    name: "hold_release",
    sql: """
      UPDATE hold SET state = 4, settled_at = now() WHERE order_id = ANY ($1::uuid[])
      """)
}

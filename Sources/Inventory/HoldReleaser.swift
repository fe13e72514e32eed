internal import Contracts
internal import Operations
internal import Postgres
internal import RPC

/// Frees what is held for orders that are none, or no more. Whatever waits is one batch, in a
/// stream of the log that is its own, so that those who watch stock see the pieces come back.
struct HoldReleaser: Sendable {
  private struct Release: Batchable {
    let orderID: OrderID
    var lineCount: Int { 1 }
    /// Known only once the holds are locked, and nobody waits behind the answer for long.
    var skus: [SKU] { [] }
  }

  /// Whether it was this release that freed the pieces of each.
  private let flusher: Flusher<Release, Bool>

  /// - Parameter wasWritten: called after each batch.
  init(stream: WriteStream, view: StockView, wasWritten: @escaping @Sendable () -> Void) {
    let paths = Self.paths(view)
    flusher = Flusher(timedWrite: { releases, deadline in
      let answers = await stream.write(releases.map(\.orderID), paths, until: deadline)
      wasWritten()
      return answers
    })
  }

  /// - Returns: how many holds were released.
  func release(_ ids: Set<OrderID>, _ deadline: Deadline) async throws(WriteFailure) -> Int {
    let answers = await flusher.submit(ids.map { Release(orderID: $0) }, deadline: deadline)
    var count = 0
    for answer in answers where try answer.get() { count += 1 }
    return count
  }

  func stop() async { await flusher.stop() }

  /// Two round trips: close ids without a hold, lock the others and read their lines; then flip
  /// those and lower the stock, with a row of the log. What a lost connection leaves in doubt is
  /// found released the next time, and nothing is freed twice.
  private static func paths(_ view: StockView) -> BatchPaths<OrderID, Bool> {
    BatchPaths(slow: { ids, position, connection throws(PostgresError) in
      let all = PostgresValue.uuidArray(Set(ids).map(\.uuid))
      let result = try await connection.transaction([
        closeUnknown(all), lockUnreleased(all), selectLines(all),
      ]) { rows throws(PostgresError) in
        var flipping: Set<OrderID> = []
        for row in rows[1] { flipping.insert(try OrderID(row, 0)) }
        guard !flipping.isEmpty else { return .commit([], flipping) }
        let freed = try pieces(of: flipping, rows[2])
        let skus = freed.keys.sorted()
        let names = PostgresValue.textArray(skus.map(\.text))
        return .commit(
          [
            releaseHolds(.uuidArray(flipping.map(\.uuid))), StockStatements.lockStock(names),
            StockStatements.reserve(names, .int64Array(skus.map { -(freed[$0] ?? 0) })),
            StockStatements.logRow(position),
          ], flipping)
      }
      var flipped = result.decision
      if result.rows.count == 4 { view.note(try StockFigures.all(result.rows[2])) }
      return WrittenBatch(
        ids.map { flipped.remove($0) != nil }, isLogged: !result.decision.isEmpty)
    })
  }

  /// Pieces of each SKU.
  private static func pieces(
    of flipping: Set<OrderID>, _ lines: Rows
  ) throws(PostgresError) -> [SKU: Int64] {
    var freed: [SKU: Int64] = [:]
    for row in lines where flipping.contains(try OrderID(row, 0)) {
      freed[try SKU(row, 1), default: 0] += Int64(try row.int32(2))
    }
    return freed
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

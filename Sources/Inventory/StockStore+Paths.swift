internal import Contracts
internal import Logging
internal import Operations
internal import Postgres

extension StockStore {
  /// What a hold or the stock of a SKU can have against the fast path.
  private static let guards: Set = [
    "hold_pkey", "stock_oversell", "stock_on_hand", "stock_reserved",
  ]

  var paths: BatchPaths<HoldRequest, HoldAnswer> {
    BatchPaths(fast: fast, slow: slow, guards: Self.guards)
  }

  var slowPath: BatchPaths<HoldRequest, HoldAnswer> { BatchPaths(slow: slow) }

  /// One round trip that commits. Every SKU was seen before and no row of `stock` is ever deleted,
  /// so the update misses none.
  ///
  /// The rows of `stock` are locked in order first, or two replicas could wait for each other. An
  /// only writer has nobody to wait for: a second one fails on the log row, before it touches any.
  @Sendable private func fast(
    _ holds: [HoldRequest], _ position: LogPosition, _ connection: PostgresConnection
  ) async throws(PostgresError) -> WrittenBatch<HoldAnswer> {
    let batch = HoldBatch(holds)
    let lock = lease == nil ? [StockStatements.lockStock(batch.skus)] : []
    FaultPoint.reserveBeforeCommit.pass()
    let rows = try await connection.pipeline(
      [
        StockStatements.logRow(position),
        StockStatements.insertHolds(batch.ids, batch.fingerprints),
      ] + lock + [batch.reserve, batch.insertLines])
    FaultPoint.reserveAfterCommit.pass()
    view.note(try StockFigures.all(rows[2 + lock.count]))
    return WrittenBatch(holds.map { _ in .held }, isLogged: true)
  }

  /// Two round trips. The first inserts what is new and locks the stock, so that nothing it read
  /// can change before the second.
  @Sendable private func slow(
    _ holds: [HoldRequest], _ position: LogPosition, _ connection: PostgresConnection
  ) async throws(PostgresError) -> WrittenBatch<HoldAnswer> {
    let batch = HoldBatch(holds)
    let result = try await connection.transaction([
      StockStatements.insertNewHolds(batch.ids, batch.fingerprints),
      StockStatements.selectHolds(batch.ids),
      StockStatements.selectStockLocking(batch.skus),
    ]) { rows throws(PostgresError) in
      let found = try FoundHolds(new: rows[0], holds: rows[1], stock: rows[2])
      FaultPoint.reserveBetweenTrips.pass()
      return try Self.decide(holds, found, position)
    }
    if result.isCommitted {
      view.note(try StockFigures.all(result.rows[1]))
    } else {
      view.note(result.decision.figures)
    }
    return WrittenBatch(result.decision.answers, isLogged: result.isCommitted)
  }

  private struct Decision: Sendable {
    let answers: [HoldAnswer]
    let figures: [SKU: StockFigures]
  }

  private static func decide(
    _ holds: [HoldRequest], _ found: FoundHolds, _ position: LogPosition
  ) throws(PostgresError) -> TransactionStep<Decision> {
    guard let answers = StockRules.judge(holds, found) else {
      throw PostgresError(.protocolViolation("a hold neither inserted nor found"))
    }
    let decision = Decision(answers: answers, figures: found.stock)
    let fresh = zip(holds, answers).filter { found.new.contains($0.0.orderID) }
    let winners = fresh.filter { $1 == .held }.map(\.0)
    guard !winners.isEmpty else { return .rollBack(decision) }

    let losers = fresh.filter { $1 != .held }.map(\.0)
    let batch = HoldBatch(winners)
    return .commit(
      [
        StockStatements.deleteHolds(HoldBatch(losers).ids),
        batch.reserve,
        batch.insertLines,
        StockStatements.logRow(position),
      ], decision)
  }
}

// MARK: - Looking

extension StockStore {
  /// Answers what needs no write: a hold that exists, and what is short or unknown by itself.
  /// Nil is left for what could be taken.
  ///
  /// The stock is read first. Read the other way round, a hold that is committed in between would
  /// be missed while the stock it took is seen, and the retry of the order that took the last
  /// piece would hear "out of stock".
  func look(_ holds: [HoldRequest]) async -> [Answer?] {
    guard !holds.isEmpty else { return [] }
    let batch = HoldBatch(holds)
    let found: FoundHolds
    do throws(PostgresError) {
      let rows = try await stream.read([
        StockStatements.selectStock(batch.skus),
        StockStatements.selectHolds(batch.ids),
      ])
      found = try FoundHolds(new: nil, holds: rows[1], stock: rows[0])
    } catch {
      logger.warning("cannot look for holds: \(error)")
      return holds.map { _ in .failure(WriteFailure(reading: error)) }
    }
    view.note(found.stock)
    return holds.map { StockRules.look($0, found).map { .success($0) } }
  }
}

extension FoundHolds {
  init(new: Rows?, holds: Rows, stock: Rows) throws(PostgresError) {
    var ids: Set<OrderID> = []
    if let new {
      for row in new { ids.insert(try OrderID(row, 0)) }
    }
    var stored: [OrderID: StoredHold] = [:]
    for row in holds {
      guard let state = HoldPhase(rawValue: try row.int16(1)) else {
        throw PostgresError(.typeMismatch("a hold has the state \(try row.int16(1))"))
      }
      stored[try OrderID(row, 0)] = StoredHold(state: state, fingerprint: try row.bytes(2))
    }
    self.init(new: ids, stored: stored, stock: try StockFigures.all(stock))
  }
}

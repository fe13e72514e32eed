internal import Contracts
internal import Operations
internal import Postgres

extension StockStore {
  /// Held and committed become released, and their pieces are free again. Whoever comes second
  /// finds none left to flip and frees nothing. An id without a hold is closed: one that comes late
  /// takes nothing.
  /// - Returns: how many holds were released.
  func release(_ ids: [OrderID]) async -> Result<Int, WriteFailure> {
    let paths = BatchPaths<[OrderID], Int>(
      slow: { items, position, connection throws(PostgresError) in
        // It rides alone: there is one item.
        try await self.release(items.flatMap { $0 }, position, connection)
      })
    return await stream.write([ids], paths, until: deadline).first ?? .failure(.unforeseen)
  }

  private func release(
    _ ids: [OrderID], _ position: LogPosition, _ connection: PostgresConnection
  ) async throws(PostgresError) -> WrittenBatch<Int> {
    let all = PostgresValue.uuidArray(Set(ids).map(\.uuid))
    FaultPoint.releaseBeforeLook.pass()
    let result = try await connection.transaction([
      ReleaseStatements.closeUnknown(all), ReleaseStatements.lockUnreleased(all),
      ReleaseStatements.selectLines(all),
    ]) { rows throws(PostgresError) in
      var flipping: Set<OrderID> = []
      for row in rows[1] { flipping.insert(try OrderID(row, 0)) }
      var freed: [SKU: Int64] = [:]
      for row in rows[2] where flipping.contains(try OrderID(row, 0)) {
        freed[try SKU(row, 1), default: 0] += Int64(try row.int32(2))
      }
      FaultPoint.releaseBeforeCommit.pass()
      guard !flipping.isEmpty else {
        return rows[0].affectedRows == 0
          ? .rollBack(0) : .commit([StockStatements.logRow(position)], 0)
      }
      let skus = freed.keys.sorted()
      let names = PostgresValue.textArray(skus.map(\.text))
      return .commit(
        [
          ReleaseStatements.releaseHolds(.uuidArray(flipping.map(\.uuid))),
          StockStatements.lockStock(names),
          StockStatements.reserve(names, .int64Array(skus.map { -(freed[$0] ?? 0) })),
          StockStatements.logRow(position),
        ], flipping.count)
    }
    FaultPoint.releaseAfterCommit.pass()
    if result.isCommitted, result.rows.count == 4 {
      view.note(try StockFigures.all(result.rows[2]))
    }
    return WrittenBatch([result.decision], isLogged: result.isCommitted)
  }
}

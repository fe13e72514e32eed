internal import Contracts
internal import Operations
internal import Postgres

extension OrderStore {
  static let cancelPaths = BatchPaths<Cancellation, OrderWritten>(
    slow: { cancellations, position, connection throws(PostgresError) in
      try await cancel(cancellations, position, connection, mayBeOurs: false)
    },
    doubtful: { cancellations, position, connection throws(PostgresError) in
      try await cancel(cancellations, position, connection, mayBeOurs: true)
    })

  /// Two round trips: lock and read the rows, then write those that change, that their holds are to
  /// be released, and the log, in one transaction.
  /// - Parameter mayBeOurs: whether a row that is cancelled already may have been written by this
  ///   very call, before its connection was lost.
  private static func cancel(
    _ cancellations: [Cancellation], _ position: LogPosition, _ connection: PostgresConnection,
    mayBeOurs: Bool
  ) async throws(PostgresError) -> WrittenBatch<OrderWritten> {
    let ids = PostgresValue.uuidArray(Set(cancellations.map(\.orderID)).map(\.uuid))
    let result = try await connection.transaction([
      OrderStatements.lockOrders(ids), OrderStatements.selectLines(ids),
    ]) { rows throws(PostgresError) in
      var stored = try StoredOrder.all(orders: rows[0], lines: rows[1])
      var outcomes: [OrderWritten] = []
      var changed: [StoredOrder] = []
      for asked in cancellations {
        let before = stored[asked.orderID]
        if mayBeOurs, let before, before.isResult(of: asked) {
          outcomes.append(.cancellation(.cancelled(before)))
          continue
        }
        let (outcome, isChanged) = OrderRules.cancel(before, asked)
        outcomes.append(.cancellation(outcome))
        if isChanged, case .cancelled(let after) = outcome {
          // A second wish for the same order in this batch finds what the first made of it.
          stored[asked.orderID] = after
          changed.append(after)
        }
      }
      guard !changed.isEmpty else { return .rollBack(outcomes) }
      return .commit(
        [
          OrderStatements.updateOrders(
            .uuidArray(changed.map(\.orderID.uuid)), .int16Array(changed.map(\.state.rawValue)),
            .int32Array(changed.map(\.version)),
            .timestampArray(changed.map(\.updatedAt.sinceEpoch))),
          OrderStatements.insertSettleDue(.uuidArray(changed.map(\.orderID.uuid))),
          OrderStatements.logRow(
            position,
            moves: changed.map { ($0.orderID, OrderStatements.cancelledKind, $0.version) }),
        ], outcomes)
    }
    return WrittenBatch(result.decision, isLogged: result.isCommitted)
  }
}

extension StoredOrder {
  /// Whether this row is what `asked` leaves behind.
  fileprivate func isResult(of asked: Cancellation) -> Bool {
    state == .cancelled && updatedAt == asked.at
      && (asked.expectedVersion.map { $0 + 1 == Int64(version) } ?? true)
  }
}

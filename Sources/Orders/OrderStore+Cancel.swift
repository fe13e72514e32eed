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
    FaultPoint.cancelBeforeLook.pass()
    let result = try await connection.transaction([
      OrderStatements.lockOrders(ids), OrderStatements.selectLines(ids),
    ]) { rows throws(PostgresError) in
      let stored = try StoredOrder.all(orders: rows[0], lines: rows[1])
      let (judged, changed) = OrderRules.cancel(
        cancellations, stored: stored, mayBeOurs: mayBeOurs)
      let outcomes = judged.map(OrderWritten.cancellation)
      guard !changed.isEmpty else { return .rollBack(outcomes) }
      FaultPoint.cancelBeforeCommit.pass()
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
    if result.isCommitted { FaultPoint.cancelAfterCommit.pass() }
    return WrittenBatch(result.decision, isLogged: result.isCommitted)
  }
}

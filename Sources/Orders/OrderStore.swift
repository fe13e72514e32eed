internal import Contracts
internal import Operations
internal import Postgres
internal import RPC

/// Writes orders, a batch at a time. The commit is the moment in which they exist.
struct OrderStore: Sendable {
  let stream: WriteStream

  typealias Answer = Result<OrderWritten, WriteFailure>

  /// Answers each, in order. New orders are written first: a wish to cancel one of them can only
  /// come from somebody who has its receipt.
  /// - Parameter deadline: when the last of them will have stopped waiting.
  func write(_ writes: [OrderWrite], until deadline: Deadline = .never) async -> [Answer] {
    var orders: [NewOrder] = [], cancellations: [Cancellation] = []
    for write in writes {
      switch write {
      case .place(let order): orders.append(order)
      case .cancel(let cancellation): cancellations.append(cancellation)
      }
    }
    var placed = orders.isEmpty ? [] : await place(orders, deadline)[...]
    var cancelled =
      cancellations.isEmpty
      ? [] : await stream.write(cancellations, Self.cancelPaths, until: deadline)[...]
    return writes.map { write in
      let answer =
        switch write {
        case .place: placed.popFirst()
        case .cancel: cancelled.popFirst()
        }
      return answer ?? .failure(.unforeseen)
    }
  }

  /// Orders of one id are written one after the other: calls for one id are joined before they get
  /// here, but one that outlived its caller may meet the next.
  private func place(_ orders: [NewOrder], _ deadline: Deadline) async -> [Answer] {
    var answers: [Answer?] = Array(repeating: nil, count: orders.count)
    var waiting = Array(orders.indices)
    while !waiting.isEmpty {
      var seen: Set<OrderID> = []
      var round: [Int] = []
      var later: [Int] = []
      for index in waiting {
        if seen.insert(orders[index].orderID).inserted {
          round.append(index)
        } else {
          later.append(index)
        }
      }
      let written = await stream.write(
        round.map { orders[$0] }, Self.paths, until: deadline)
      for (index, answer) in zip(round, written) { answers[index] = answer }
      waiting = later
    }
    return answers.map { $0 ?? .failure(.unforeseen) }
  }

  private static let paths = BatchPaths<NewOrder, OrderWritten>(
    fast: fast,
    slow: { orders, position, connection throws(PostgresError) in
      try await slow(orders, position, connection, mayBeOurs: false)
    },
    doubtful: { orders, position, connection throws(PostgresError) in
      try await slow(orders, position, connection, mayBeOurs: true)
    }, guards: ["orders_pkey"])

  /// One round trip that commits.
  @Sendable private static func fast(
    _ orders: [NewOrder], _ position: LogPosition, _ connection: PostgresConnection
  ) async throws(PostgresError) -> WrittenBatch<OrderWritten> {
    let batch = OrderBatch(orders)
    FaultPoint.orderBeforeCommit.pass()
    _ = try await connection.pipeline([
      OrderStatements.logRow(position, placed: orders),
      batch.insert(with: OrderStatements.insertOrders),
      batch.insertLines,
    ])
    FaultPoint.orderAfterCommit.pass()
    return WrittenBatch(orders.map { _ in .placed }, isLogged: true)
  }

  /// Two round trips: insert what is new and read what is not, then write the rest of the new.
  /// - Parameter mayBeOurs: whether a row that is there already may have been written by this very
  ///   call, before its connection was lost.
  private static func slow(
    _ orders: [NewOrder], _ position: LogPosition, _ connection: PostgresConnection,
    mayBeOurs: Bool
  ) async throws(PostgresError) -> WrittenBatch<OrderWritten> {
    let batch = OrderBatch(orders)
    let result = try await connection.transaction([
      batch.insert(with: OrderStatements.insertNewOrders),
      OrderStatements.selectOrders(batch.ids),
      OrderStatements.selectLines(batch.ids),
    ]) { rows throws(PostgresError) in
      var new: Set<OrderID> = []
      for row in rows[0] { new.insert(try OrderID(row, 0)) }
      let stored = try StoredOrder.all(orders: rows[1], lines: rows[2])
      FaultPoint.orderBetweenTrips.pass()
      return try Self.decide(orders, new, stored, position, mayBeOurs)
    }
    return WrittenBatch(result.decision, isLogged: result.isCommitted)
  }

  private static func decide(
    _ orders: [NewOrder], _ new: Set<OrderID>, _ stored: [OrderID: StoredOrder],
    _ position: LogPosition, _ mayBeOurs: Bool
  ) throws(PostgresError) -> TransactionStep<[OrderWritten]> {
    guard
      let outcomes = OrderRules.written(orders, new: new, stored: stored, mayBeOurs: mayBeOurs)
    else { throw PostgresError(.protocolViolation("an order neither inserted nor found")) }
    let winners = orders.filter { new.contains($0.orderID) }
    guard !winners.isEmpty else { return .rollBack(outcomes) }
    return .commit(
      [
        OrderBatch(winners).insertLines,
        OrderStatements.logRow(position, placed: winners),
      ], outcomes)
  }
}

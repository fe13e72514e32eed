internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Reads orders by id, always from the server that takes the writes. Whatever waits is one read.
struct OrderReader: Sendable {
  private struct Lookup: Batchable {
    let orderID: OrderID
    var lineCount: Int { 1 }
    var skus: [SKU] { [] }
  }

  private let flusher: Flusher<Lookup, StoredOrder?>

  init(pool: PostgresPool, executor: (any TaskExecutor)? = nil, logger: Logger) {
    flusher = Flusher(
      executor: executor,
      timedWrite: { lookups, deadline in
        let ids = PostgresValue.uuidArray(lookups.map(\.orderID.uuid))
        do throws(PostgresError) {
          // The lines come second: those of every order that the first statement saw are there.
          let rows = try await pool.pipeline(
            [
              OrderStatements.selectOrders(ids), OrderStatements.selectLines(ids),
            ], deadline: deadline.remaining.map { .now + $0 })
          let stored = try StoredOrder.all(orders: rows[0], lines: rows[1])
          return lookups.map { .success(stored[$0.orderID]) }
        } catch {
          logger.warning("cannot read orders: \(error)")
          return lookups.map { _ in .failure(WriteFailure(reading: error)) }
        }
      })
  }

  /// The order of this id, whatever its state; nil when there is none.
  func read(_ orderID: OrderID, deadline: Deadline) async throws(WriteFailure) -> StoredOrder? {
    try await flusher.submit(Lookup(orderID: orderID), deadline: deadline)
  }

  func stop() async { await flusher.stop() }
}

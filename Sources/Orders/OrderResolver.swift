internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Says what became of orders, for whoever holds pieces for them. An id without a row gets an
/// aborted one, which the primary key keeps from ever becoming an order: so the answer is final
/// before it is given.
struct OrderResolver: Sendable {
  let pool: PostgresPool
  let placing: PlacingOrders
  let logger: Logger

  static let insertAborted = Statement(
    name: "order_insert_aborted",
    sql: """
      INSERT INTO orders (order_id, status, version, created_at, updated_at)
      SELECT o, 3, 1, now(), now() FROM unnest($1::uuid[]) AS t(o) ORDER BY o
      ON CONFLICT (order_id) DO NOTHING
      """)

  static let selectStates = Statement(
    name: "order_select_states",
    sql: "SELECT order_id, status FROM orders WHERE order_id = ANY ($1::uuid[])")

  /// Closes ids whose callers are gone before their orders were written, and sees to it that what
  /// is held for them is released. An order that was written after all stays as it is.
  func abandon(_ ids: [OrderID]) async throws(PostgresError) {
    let ids = PostgresValue.uuidArray(ids.map(\.uuid))
    _ = try await pool.pipeline([Self.insertAborted(ids), OrderStatements.insertSettleDue(ids)])
  }

  func resolve(
    _ ids: [OrderID], deadline: Deadline
  ) async throws(WriteFailure) -> [OrderFate] {
    // What is being placed here is decided by its own insert.
    let open = Set(ids.filter { placing.contains($0) })
    let asked = PostgresValue.uuidArray(Set(ids).subtracting(open).map(\.uuid))
    var states: [OrderID: OrderState] = [:]
    if open.count < Set(ids).count {
      FaultPoint.resolveBeforeCommit.pass()
      do throws(PostgresError) {
        // One pipeline, one transaction: the states that are read are committed with the answer.
        let rows = try await pool.pipeline(
          [Self.insertAborted(asked), Self.selectStates(asked)],
          deadline: deadline.remaining.map { .now + $0 })
        FaultPoint.resolveAfterCommit.pass()
        for row in rows[1] {
          guard let state = OrderState(rawValue: try row.int16(1)) else {
            throw PostgresError(.typeMismatch("an order has a status that is none"))
          }
          states[try OrderID(row, 0)] = state
        }
      } catch {
        logger.warning("cannot resolve orders: \(error)")
        throw WriteFailure(error)
      }
    }
    return ids.map { id in states[id].map(OrderFate.init) ?? .inFlight }
  }
}

extension OrderFate {
  init(_ state: OrderState) {
    self =
      switch state {
      case .confirmed: .confirmed
      case .cancelled: .cancelled
      case .aborted: .aborted
      case .shipped: .shipped
      case .delivered: .delivered
      }
  }
}

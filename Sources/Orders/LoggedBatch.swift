internal import Contracts
internal import Operations
internal import Postgres

/// A row of `order_log`: what one committed batch did to orders.
struct LoggedBatch: Equatable, Sendable {
  let place: LogPosition
  /// When its transaction began, in microseconds since 1970 by the database's clock.
  let at: Int64
  let events: [OrderEvent]
}

extension LoggedBatch {
  /// From the columns pos, at, order_ids, kinds, versions.
  init(_ row: Row, stream: Int16) throws(PostgresError) {
    let ids = try row.uuidArray(2)
    let kinds = try row.int64Array(3), versions = try row.int64Array(4)
    guard ids.count == kinds.count, ids.count == versions.count else {
      throw PostgresError(.typeMismatch("a row of the log has lists of unlike lengths"))
    }
    place = LogPosition(stream: stream, position: try row.int64(0))
    at = try row.timestamp(1)
    var events: [OrderEvent] = []
    events.reserveCapacity(ids.count)
    for index in ids.indices {
      // An aborted id is never logged, and would be nobody's business.
      guard kinds[index] != Int64(OrderState.aborted.rawValue) else { continue }
      events.append(
        OrderEvent(
          orderID: OrderID(high: ids[index].high, low: ids[index].low).description,
          kind: OrderEventKind(rawValue: Int32(truncatingIfNeeded: kinds[index])),
          version: versions[index]))
    }
    self.events = events
  }
}

import Contracts
import Operations
import Postgres

@testable import Orders

/// The statements of orders, as far as the simulation needs them.
enum LedgerSQL {
  typealias Statement = SimStatement<SimLedger>
  typealias Move = SimLedger.Move

  static func insertLog(_ position: LogPosition, _ moves: [Move] = []) -> Statement {
    Statement(keys: { _ in [.log(position)] }) { (tables, transaction) throws(PostgresError) in
      if tables.log[position] != nil {
        throw SimDatabase<SimLedger>.refused("23505", "order_log_pkey")
      }
      transaction.change { $0.log[position] = moves }
    }
  }

  static func placed(_ orders: [NewOrder]) -> [Move] {
    orders.map { Move(id: $0.orderID, kind: OrderStatements.placedKind, version: 1) }
  }

  static func insertOrders(_ orders: [NewOrder]) -> Statement {
    Statement(keys: { _ in keys(orders.map(\.orderID)) }) {
      (tables, transaction) throws(PostgresError) in
      for order in orders where tables.orders[order.orderID] != nil {
        throw SimDatabase<SimLedger>.refused("23505", "orders_pkey")
      }
      insert(orders, transaction)
    }
  }

  static func insertNewOrders(
    _ orders: [NewOrder], _ inserted: @escaping (Set<OrderID>) -> Void
  ) -> Statement {
    let ids = orders.map(\.orderID)
    return Statement(
      keys: { tables in keys(ids.filter { tables.orders[$0] == nil }) },
      unneeded: { tables in keys(ids.filter { tables.orders[$0] != nil }) }
    ) { (tables, transaction) throws(PostgresError) in
      let new = orders.filter { tables.orders[$0.orderID] == nil }
      insert(new, transaction)
      inserted(Set(new.map(\.orderID)))
    }
  }

  private static func insert(_ orders: [NewOrder], _ transaction: SimTransaction<SimLedger>) {
    transaction.change { tables in
      for order in orders { tables.orders[order.orderID] = StoredOrder(order) }
    }
  }

  static func selectOrders(
    _ ids: [OrderID], _ found: @escaping ([OrderID: StoredOrder]) -> Void
  ) -> Statement {
    Statement { (tables, _) throws(PostgresError) in found(tables.stored(ids)) }
  }

  static func lockOrders(
    _ ids: [OrderID], _ found: @escaping ([OrderID: StoredOrder]) -> Void
  ) -> Statement {
    Statement(keys: { tables in keys(ids.filter { tables.orders[$0] != nil }) }) {
      (tables, _) throws(PostgresError) in found(tables.stored(ids))
    }
  }

  static func update(_ orders: [StoredOrder]) -> Statement {
    Statement { (_, transaction) throws(PostgresError) in
      transaction.change { tables in
        for order in orders { tables.orders[order.orderID] = order }
      }
    }
  }

  static func insertAborted(_ ids: [OrderID], at time: Int64) -> Statement {
    Statement(
      keys: { tables in keys(ids.filter { tables.orders[$0] == nil }) },
      unneeded: { tables in keys(ids.filter { tables.orders[$0] != nil }) }
    ) { (tables, transaction) throws(PostgresError) in
      let new = ids.filter { tables.orders[$0] == nil }
      let time = Microseconds(sinceEpoch: time)
      transaction.change { tables in
        for id in new {
          tables.orders[id] = StoredOrder(
            orderID: id, state: .aborted, version: 1, createdAt: time, updatedAt: time, body: nil)
        }
      }
    }
  }

  static func insertSettleDue(_ ids: [OrderID], at time: @escaping () -> Int64) -> Statement {
    Statement(keys: { _ in ids.sorted().map(SimKey.due) }) {
      (_, transaction) throws(PostgresError) in
      let time = time()
      transaction.change { tables in for id in ids { tables.due[id] = time } }
    }
  }

  static func deleteSettleDue(_ due: [(id: OrderID, since: Int64)]) -> Statement {
    Statement(keys: { _ in due.map(\.id).sorted().map(SimKey.due) }) {
      (tables, transaction) throws(PostgresError) in
      let same = due.filter { tables.due[$0.id] == $0.since }
      transaction.change { tables in for one in same { tables.due[one.id] = nil } }
    }
  }

  private static func keys(_ ids: [OrderID]) -> [SimKey] { ids.sorted().map(SimKey.order) }
}

extension StoredOrder {
  /// The row that writing `order` leaves behind.
  init(_ order: NewOrder) {
    self.init(
      orderID: order.orderID, state: .confirmed, version: 1, createdAt: order.createdAt,
      updatedAt: order.createdAt,
      body: Body(
        customerID: order.customerID, requestID: order.requestID, currency: order.currency,
        totalMinor: order.totalMinor, bodyDigest: order.bodyDigest, lines: order.lines))
  }
}

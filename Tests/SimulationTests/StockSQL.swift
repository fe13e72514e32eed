import Contracts
import Operations
import Postgres

@testable import Inventory

/// The statements of inventory, as far as the simulation needs them: which rows each locks in which
/// order, which constraints stand in its way, and what it changes.
enum StockSQL {
  typealias Statement = SimStatement<SimStock>

  static func insertLog(_ position: LogPosition) -> Statement {
    Statement(keys: { _ in [.log(position)] }) { (tables, transaction) throws(PostgresError) in
      if tables.log.contains(position) {
        throw SimDatabase<SimStock>.refused("23505", "stock_log_pkey")
      }
      transaction.change { $0.log.insert(position) }
    }
  }

  static func insertHolds(_ holds: [HoldRequest], at time: Int64) -> Statement {
    Statement(keys: { _ in keys(holds.map(\.orderID)) }) {
      (tables, transaction) throws(PostgresError) in
      for hold in holds {
        if tables.holds[hold.orderID] != nil {
          throw SimDatabase<SimStock>.refused("23505", "hold_pkey")
        }
        insert(hold.orderID, .held, hold.fingerprint, time, transaction)
      }
    }
  }

  /// - Parameter inserted: told the ids that were not there.
  static func insertNewHolds(
    _ holds: [HoldRequest], at time: Int64, _ inserted: @escaping (Set<OrderID>) -> Void
  ) -> Statement {
    let ids = holds.map(\.orderID)
    return Statement(
      keys: { tables in keys(ids.filter { tables.holds[$0] == nil }) },
      unneeded: { tables in keys(ids.filter { tables.holds[$0] != nil }) }
    ) { (tables, transaction) throws(PostgresError) in
      let new = holds.filter { tables.holds[$0.orderID] == nil }
      for hold in new { insert(hold.orderID, .held, hold.fingerprint, time, transaction) }
      inserted(Set(new.map(\.orderID)))
    }
  }

  private static func insert(
    _ id: OrderID, _ state: HoldPhase, _ fingerprint: [UInt8], _ time: Int64,
    _ transaction: SimTransaction<SimStock>
  ) {
    transaction.change {
      $0.holds[id] = SimStock.Hold(state: state, fingerprint: fingerprint, heldAt: time)
    }
  }

  static func deleteHolds(_ ids: [OrderID]) -> Statement {
    Statement { (_, transaction) throws(PostgresError) in
      transaction.change { tables in for id in ids { tables.holds[id] = nil } }
    }
  }

  static func selectHolds(
    _ ids: [OrderID], _ found: @escaping ([OrderID: StoredHold]) -> Void
  ) -> Statement {
    Statement { (tables, _) throws(PostgresError) in found(tables.stored(ids)) }
  }

  static func selectStock(
    _ skus: [SKU], locks: Bool, _ found: @escaping ([SKU: StockFigures]) -> Void
  ) -> Statement {
    Statement(keys: { tables in locks ? stockKeys(skus, tables) : [] }) {
      (tables, _) throws(PostgresError) in found(tables.figures(skus))
    }
  }

  /// `deltas` has each SKU once; `version` grows, and the checks hold.
  static func reserve(
    _ deltas: [(sku: SKU, quantity: Int64)],
    _ returning: @escaping ([SKU: StockFigures]) -> Void = { _ in }
  ) -> Statement {
    Statement(keys: { tables in stockKeys(deltas.map(\.sku), tables) }) {
      (tables, transaction) throws(PostgresError) in
      var after: [SKU: StockFigures] = [:]
      for delta in deltas {
        guard var row = tables.stock[delta.sku] else { continue }
        row.reserved += delta.quantity
        row.version += 1
        if tables.hasChecks, row.reserved < 0 {
          throw SimDatabase<SimStock>.refused("23514", "stock_reserved")
        }
        if tables.hasChecks, row.onHand + row.backorderLimit < row.reserved {
          throw SimDatabase<SimStock>.refused("23514", "stock_oversell")
        }
        after[delta.sku] = row
      }
      transaction.change { $0.stock.merge(after) { $1 } }
      returning(after)
    }
  }

  static func insertLines(_ holds: [HoldRequest], _ history: SimHistory) -> Statement {
    Statement { (_, transaction) throws(PostgresError) in
      transaction.change { tables in
        for hold in holds {
          tables.lines[hold.orderID] = hold.lines
          history.didHold(hold.orderID)
        }
      }
    }
  }

  static func commit(_ ids: [OrderID]) -> [Statement] {
    let held: (SimStock) -> [OrderID] = { tables in
      ids.filter { tables.holds[$0]?.state == .held }
    }
    return [
      Statement(keys: { keys(held($0)) }) { (tables, transaction) throws(PostgresError) in
        let ids = held(tables)
        transaction.change { tables in
          for id in ids {
            let settled = StockRules.settle(state: tables.holds[id]?.state, outcome: .committed)
            if settled.writes, let state = settled.state { tables.holds[id]?.state = state }
          }
        }
      }
    ]
  }

  /// The first trip of a release: unknown ids are closed, the others locked and read.
  static func lockForRelease(
    _ ids: [OrderID], closesUnknown: Bool,
    _ found: @escaping ([OrderID: StoredHold], [OrderID: [HoldLine]]) -> Void
  ) -> [Statement] {
    let close = Statement(
      keys: { tables in keys(ids.filter { tables.holds[$0] == nil }) },
      unneeded: { tables in keys(ids.filter { tables.holds[$0] != nil }) }
    ) { (tables, transaction) throws(PostgresError) in
      for id in ids where tables.holds[id] == nil {
        insert(id, .released, [], 0, transaction)
      }
    }
    let lock = Statement(
      keys: { tables in
        keys(ids.filter { [.held, .committed].contains(tables.holds[$0]?.state) })
      }
    ) { (tables, _) throws(PostgresError) in
      found(tables.stored(ids), tables.lines.filter { ids.contains($0.key) })
    }
    return closesUnknown ? [close, lock] : [lock]
  }

  static func release(
    _ flipping: [OrderID], freed: [SKU: Int64], history: SimHistory, closing: [OrderID]
  ) -> [Statement] {
    let flip = Statement { (_, transaction) throws(PostgresError) in
      transaction.change { tables in
        for id in flipping { tables.holds[id]?.state = .released }
        history.didRelease(flipping, closed: closing)
      }
    }
    let deltas = freed.map { (sku: $0.key, quantity: -$0.value) }.sorted { $0.sku < $1.sku }
    return [flip, reserve(deltas)]
  }

  static func keys(_ ids: [OrderID]) -> [SimKey] { ids.sorted().map(SimKey.hold) }

  private static func stockKeys(_ skus: [SKU], _ tables: SimStock) -> [SimKey] {
    skus.filter { tables.stock[$0] != nil }.sorted().map(SimKey.stock)
  }
}

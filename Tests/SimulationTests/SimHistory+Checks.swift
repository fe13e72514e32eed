import Contracts
import Operations
import Wire

@testable import Inventory
@testable import Orders

/// I1 to I8 over the rows of both databases and what customers were told.
extension SimHistory {
  func check(_ stock: SimStock, _ ledger: SimLedger) {
    checkStock(stock)
    checkReceipts(ledger)
    checkOrders(ledger)
    checkHolds(stock, ledger)
    checkKeys(ledger)
    checkLog(ledger)
  }

  private func checkStock(_ tables: SimStock) {
    var held: [SKU: Int64] = [:]
    for (id, hold) in tables.holds {
      let lines = tables.lines[id]
      if hold.state != .released, lines == nil { breach("I2: \(id) holds nothing") }
      guard hold.state == .held || hold.state == .committed else { continue }
      for line in lines ?? [] { held[line.sku, default: 0] += Int64(line.quantity) }
    }
    for id in tables.lines.keys where tables.holds[id] == nil {
      breach("I2: lines of \(id), which has no hold")
    }
    for (sku, row) in tables.stock {
      if row.onHand < 0 || row.reserved < 0 || row.onHand + row.backorderLimit < row.reserved {
        breach("I1: \(row)")
      }
      if row.reserved != held[sku, default: 0] {
        breach("I2: \(row), and \(held[sku, default: 0]) are held")
      }
      let moved = tables.movements.lazy.filter { $0.sku == sku }.map(\.delta).reduce(0, +)
      if row.onHand != moved { breach("I3: \(row), and \(moved) were moved") }
    }
  }

  /// I4: what was acknowledged is there, as it was told.
  private func checkReceipts(_ ledger: SimLedger) {
    for one in heard {
      guard case .success(let receipt) = one.answer else { continue }
      guard let id = OrderID(receipt.orderID), let stored = ledger.orders[id],
        let body = stored.body
      else {
        breach("I4: no order \(receipt.orderID)")
        continue
      }
      if Receipt(stored, body) != receipt || body.customerID != one.order.customerID
        || body.requestID != one.order.requestID
      {
        breach("I4: \(receipt) is not \(stored)")
      }
    }
  }

  /// I5: what is there was asked for, and adds up.
  private func checkOrders(_ ledger: SimLedger) {
    for stored in ledger.orders.values {
      guard let body = stored.body else { continue }
      let wasAsked = sent.contains { asked in
        asked.digest == body.bodyDigest && asked.order.customerID == body.customerID
          && asked.order.requestID == body.requestID
      }
      if !wasAsked { breach("I5: nobody asked for \(stored.orderID)") }
      let total = body.lines.reduce(0) { $0 + Int64($1.quantity) * $1.unitPriceMinor }
      if total != body.totalMinor || body.lines.isEmpty { breach("I5: \(stored)") }
    }
  }

  /// I6: every hold is settled, and committed holds are those of confirmed orders.
  private func checkHolds(_ tables: SimStock, _ ledger: SimLedger) {
    for (id, hold) in tables.holds where hold.state == .held { breach("I6: \(id) is still held") }
    for id in ledger.due.keys { breach("I6: \(id) is still due") }
    for (id, hold) in tables.holds where hold.state == .committed {
      guard let stored = ledger.orders[id], stored.state == .confirmed else {
        breach("I6: \(id) is held for no order")
        continue
      }
    }
    for stored in ledger.orders.values where stored.state == .confirmed {
      let lines = stored.body?.lines.map { HoldLine(sku: $0.sku, quantity: $0.quantity) }
      if tables.holds[stored.orderID]?.state != .committed || tables.lines[stored.orderID] != lines
      {
        breach("I6: nothing is held for \(stored.orderID)")
      }
    }
  }

  /// I7: a key names one order, and what was answered for good agrees.
  private func checkKeys(_ ledger: SimLedger) {
    struct Key: Hashable { let customer: String, request: String }
    var orders: [Key: [StoredOrder]] = [:]
    for stored in ledger.orders.values {
      guard let body = stored.body, let request = body.requestID else { continue }
      orders[Key(customer: body.customerID, request: request), default: []].append(stored)
    }
    for (key, stored) in orders where stored.count > 1 { breach("I7: \(key) has \(stored)") }
    var receipts: [Key: Set<[UInt8]>] = [:]
    var bodies: [Key: Set<[UInt8]>] = [:]
    var spent: Set<Key> = []
    for one in heard {
      guard let request = one.order.requestID else { continue }
      let key = Key(customer: one.order.customerID, request: request)
      switch one.answer {
      case .success(let receipt):
        receipts[key, default: []].insert(receipt.wireBytes)
        bodies[key, default: []].insert(one.digest)
      case .failure(.orderAborted): spent.insert(key)
      case .failure(.requestIDReused):
        let isOther = orders[key]?.contains { $0.body?.bodyDigest != one.digest } ?? false
        if !isOther { breach("I7: \(key) names no other body") }
      case .failure: break
      }
    }
    for (key, receipts) in receipts {
      if receipts.count > 1 || bodies[key]?.count != 1 { breach("I7: \(key) has two receipts") }
      if spent.contains(key) { breach("I7: \(key) has a receipt and is spent") }
    }
  }

  /// I8: the log has no gap and tells each move once.
  private func checkLog(_ ledger: SimLedger) {
    var positions: [Int16: [Int64]] = [:]
    var moves: [OrderID: [SimLedger.Move]] = [:]
    for (position, told) in ledger.log {
      positions[position.stream, default: []].append(position.position)
      for move in told { moves[move.id, default: []].append(move) }
    }
    for (stream, positions) in positions
    where positions.min() != 1 || positions.max() != Int64(positions.count) {
      breach("I8: stream \(stream) has \(positions.sorted())")
    }
    for (id, told) in moves where ledger.orders[id]?.body == nil {
      breach("I8: \(told) of no order")
    }
    for stored in ledger.orders.values where stored.body != nil {
      let told = (moves[stored.orderID] ?? []).sorted { $0.version < $1.version }
      var expected = [
        SimLedger.Move(id: stored.orderID, kind: OrderStatements.placedKind, version: 1)
      ]
      if stored.state == .cancelled {
        expected.append(
          SimLedger.Move(id: stored.orderID, kind: OrderStatements.cancelledKind, version: 2))
      }
      if told != expected { breach("I8: \(stored) is told as \(told)") }
    }
  }
}

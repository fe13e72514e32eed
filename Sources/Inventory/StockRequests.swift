internal import Contracts

/// Reads requests into values that need no further checks, or tells everything wrong with them.
enum StockRequests {
  static let skuRequirement = "must be 1 to 64 characters of A-Z a-z 0-9 . _ -"

  /// The lines of CheckStock. A quantity of 0 asks only what there is.
  static func question(_ request: CheckStockRequest) throws(InvalidRequest) -> StockQuestion {
    var invalid = InvalidRequest()
    var maxAge: Duration?
    switch request.consistency {
    case .unspecified, .strong:
      if request.maxAgeMs != 0 { invalid.add("max_age_ms", "must be 0 with CONSISTENCY_STRONG") }
    case .cached:
      maxAge = .milliseconds(request.maxAgeMs)
      if !(1...maxAgeMsMax).contains(request.maxAgeMs) {
        invalid.add("max_age_ms", "must be 1 to \(maxAgeMsMax) with CONSISTENCY_CACHED")
      }
    default: invalid.add("consistency", "must be CONSISTENCY_STRONG or CONSISTENCY_CACHED")
    }
    guard checkCount(request.lines.count, "lines", &invalid) else { throw invalid }
    let lines = lines(request.lines, at: "lines", leastQuantity: 0, &invalid)
    guard invalid.isEmpty else { throw invalid }
    return StockQuestion(lines: lines, maxAge: maxAge)
  }

  /// Older figures than a minute help nobody to decide anything.
  private static let maxAgeMsMax: Int64 = 60_000

  static func holds(
    _ request: ReserveStockRequest
  ) throws(InvalidRequest) -> (holds: [HoldRequest], committed: [OrderID]) {
    var invalid = InvalidRequest()
    let committed = orderIDs(request.committedIDs, &invalid)
    guard checkCount(request.holds.count, "holds", &invalid) else { throw invalid }
    var seen: Set<OrderID> = []
    var holds: [HoldRequest] = []
    holds.reserveCapacity(request.holds.count)
    for (index, hold) in request.holds.enumerated() {
      let id = OrderID(hold.orderID)
      if let id {
        if !seen.insert(id).inserted {
          invalid.add("holds[\(index)].order_id", "must come once")
        }
      } else {
        invalid.add("holds[\(index)].order_id", "must be a UUID of 36 characters")
      }
      let path = "holds[\(index)].lines"
      guard (1...DomainLimits.linesPerOrderMax).contains(hold.lines.count) else {
        invalid.add(path, "must be 1 to \(DomainLimits.linesPerOrderMax) lines")
        continue
      }
      let lines = lines(hold.lines, at: path, leastQuantity: 1, &invalid)
      if zip(lines, lines.dropFirst()).contains(where: { $0.sku >= $1.sku }) {
        invalid.add(path, "must have each SKU once, ascending")
      }
      if let id, invalid.isEmpty { holds.append(HoldRequest(orderID: id, lines: lines)) }
    }
    guard invalid.isEmpty else { throw invalid }
    return (holds, committed)
  }

  private static func orderIDs(_ texts: [String], _ invalid: inout InvalidRequest) -> [OrderID] {
    guard texts.count <= DomainLimits.itemsPerCallMax else {
      invalid.add("committed_ids", "must be at most \(DomainLimits.itemsPerCallMax)")
      return []
    }
    var ids: [OrderID] = []
    ids.reserveCapacity(texts.count)
    for (index, text) in texts.enumerated() {
      if let id = OrderID(text) {
        ids.append(id)
      } else {
        invalid.add("committed_ids[\(index)]", "must be a UUID of 36 characters")
      }
    }
    return ids
  }

  static func settlements(
    _ request: SettleReservationsRequest
  ) throws(InvalidRequest) -> [(id: OrderID, isReleased: Bool)] {
    var invalid = InvalidRequest()
    guard checkCount(request.settlements.count, "settlements", &invalid) else { throw invalid }
    var read: [(OrderID, Bool)] = []
    read.reserveCapacity(request.settlements.count)
    for (index, settlement) in request.settlements.enumerated() {
      let path = "settlements[\(index)]"
      let id = OrderID(settlement.orderID)
      if id == nil { invalid.add("\(path).order_id", "must be a UUID of 36 characters") }
      let isReleased = settlement.state == .released
      if !isReleased && settlement.state != .committed {
        invalid.add("\(path).state", "must be HOLD_STATE_COMMITTED or HOLD_STATE_RELEASED")
      }
      if let id { read.append((id, isReleased)) }
    }
    guard invalid.isEmpty else { throw invalid }
    return read
  }

  private static func checkCount(
    _ count: Int, _ path: String, _ invalid: inout InvalidRequest
  ) -> Bool {
    if (1...DomainLimits.itemsPerCallMax).contains(count) { return true }
    invalid.add(path, "must be 1 to \(DomainLimits.itemsPerCallMax)")
    return false
  }

  private static func lines(
    _ lines: [StockLine], at path: String, leastQuantity: Int64, _ invalid: inout InvalidRequest
  ) -> [HoldLine] {
    var read: [HoldLine] = []
    read.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated() {
      let sku = SKU(line.sku)
      if sku == nil { invalid.add("\(path)[\(index)].sku", skuRequirement) }
      guard (leastQuantity...DomainLimits.quantityMax).contains(line.quantity) else {
        invalid.add(
          "\(path)[\(index)].quantity",
          "must be from \(leastQuantity) to \(DomainLimits.quantityMax)")
        continue
      }
      if let sku { read.append(HoldLine(sku: sku, quantity: Int32(line.quantity))) }
    }
    return read
  }

  static func violationLimit(
    _ request: ReconcileStockRequest
  ) throws(InvalidRequest) -> Int {
    let most = StockAuditor.violationsMax
    guard request.limit != 0 else { return most }
    guard (1...most).contains(Int(request.limit)) else {
      throw InvalidRequest("limit", "must be 0, or 1 to \(most)")
    }
    return Int(request.limit)
  }
}

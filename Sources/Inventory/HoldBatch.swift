internal import Contracts
internal import Postgres

/// Holds as the parameters of the statements that take them.
struct HoldBatch {
  let holds: [HoldRequest]
  /// What is held of each SKU, each once, ascending: an UPDATE applies only one of two source rows
  /// for a target row, and locks are taken in this order.
  private let sums: [(sku: SKU, quantity: Int64)]

  init(_ holds: [HoldRequest]) {
    self.holds = holds
    var sums: [SKU: Int64] = [:]
    for hold in holds {
      for line in hold.lines { sums[line.sku, default: 0] += Int64(line.quantity) }
    }
    self.sums = sums.map { (sku: $0.key, quantity: $0.value) }.sorted { $0.sku < $1.sku }
  }

  var ids: PostgresValue { .uuidArray(holds.map(\.orderID.uuid)) }

  var fingerprints: PostgresValue { .bytesArray(holds.map(\.fingerprint)) }

  var skus: PostgresValue { .textArray(sums.map(\.sku.text)) }

  /// Adds the sums to `reserved`.
  var reserve: BoundStatement {
    StockStatements.reserve(skus, .int64Array(sums.map(\.quantity)))
  }

  var insertLines: BoundStatement {
    var ids: [PostgresUUID] = []
    var skus: [String] = []
    var quantities: [Int32] = []
    for hold in holds {
      for line in hold.lines {
        ids.append(hold.orderID.uuid)
        skus.append(line.sku.text)
        quantities.append(line.quantity)
      }
    }
    return StockStatements.insertHoldLines(
      .uuidArray(ids), .textArray(skus), .int32Array(quantities))
  }
}

internal import Contracts

/// A row of `hold`, as far as it decides anything.
struct StoredHold: Equatable, Sendable {
  let state: HoldPhase
  let fingerprint: [UInt8]
}

/// What the database has for a batch of holds.
struct FoundHolds: Sendable {
  /// Ids that this transaction has just inserted.
  let new: Set<OrderID>
  let stored: [OrderID: StoredHold]
  let stock: [SKU: StockFigures]

  var available: [SKU: Int64] { stock.mapValues(\.available) }

  /// The answer of the hold that the order has already, if any.
  func answer(_ hold: HoldRequest) -> HoldAnswer? {
    stored[hold.orderID].map {
      StockRules.answer(stored: $0.state, fingerprint: $0.fingerprint, asked: hold.fingerprint)
    }
  }
}

extension StockRules {
  /// Judges holds of different orders under locks: those just inserted share what is available in
  /// order of arrival, all others have a hold already.
  /// - Returns: nil when a hold was neither inserted nor found, which no database does.
  static func judge(_ holds: [HoldRequest], _ found: FoundHolds) -> [HoldAnswer]? {
    let fresh = holds.filter { found.new.contains($0.orderID) }
    var allocated = allocate(available: found.available, holds: fresh)[...]
    var answers: [HoldAnswer] = []
    answers.reserveCapacity(holds.count)
    for hold in holds {
      if found.new.contains(hold.orderID) {
        guard let allocation = allocated.popFirst() else { return nil }
        answers.append(HoldAnswer(allocation))
      } else {
        guard let answer = found.answer(hold) else { return nil }
        answers.append(answer)
      }
    }
    return answers
  }

  /// Answers what needs no write: a hold that exists, and what is short or unknown by itself. Nil
  /// is left for what could be taken.
  static func look(_ hold: HoldRequest, _ found: FoundHolds) -> HoldAnswer? {
    if let stored = found.answer(hold) { return stored }
    guard let allocation = allocate(available: found.available, holds: [hold]).first,
      allocation != .taken
    else { return nil }
    return HoldAnswer(allocation)
  }
}

extension HoldAnswer {
  fileprivate init(_ allocation: StockRules.Allocation) {
    self =
      switch allocation {
      case .taken: .held
      case .short(let lines): .outOfStock(lines)
      case .unknown(let skus): .unknownSKU(skus)
      }
  }
}

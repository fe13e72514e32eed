internal import Contracts
internal import Crypto

/// What decides about stock, and nothing else: no clock, no socket, no database.
enum StockRules {
  /// What `allocate` makes of one request.
  enum Allocation: Equatable, Sendable {
    case taken
    case short([Shortfall])
    case unknown([SKU])
  }

  /// Hands out `available` in order of arrival, each request all or nothing. A later, smaller one
  /// may get what an earlier, larger one could not use.
  ///
  /// - Parameter available: pieces for each SKU; one that is missing is unknown.
  /// - Returns: one allocation for each request, in order.
  static func allocate(available: [SKU: Int64], holds: [HoldRequest]) -> [Allocation] {
    var left = available
    return holds.map { hold in
      var short: [Shortfall] = []
      var unknown: [SKU] = []
      for line in hold.lines {
        guard let pieces = left[line.sku] else {
          unknown.append(line.sku)
          continue
        }
        if pieces < Int64(line.quantity) {
          short.append(
            Shortfall(
              sku: line.sku, requested: Int64(line.quantity), available: max(0, pieces)))
        }
      }
      // An unknown SKU is told before a shortage: more stock would not help the caller.
      guard unknown.isEmpty else { return .unknown(unknown) }
      guard short.isEmpty else { return .short(short) }
      for line in hold.lines { left[line.sku]? -= Int64(line.quantity) }
      return .taken
    }
  }

  /// Judges a stored hold against what is asked now. A released one answers so whatever is asked:
  /// its id can never hold anything again.
  static func answer(
    stored state: HoldPhase, fingerprint: [UInt8], asked: [UInt8]
  ) -> HoldAnswer {
    if state == .released { return .released }
    guard fingerprint == asked else { return .conflict }
    return state == .held ? .held : .committed
  }

  /// Digest of the lines alone: count, then each SKU and quantity.
  static func fingerprint(_ lines: [HoldLine]) -> [UInt8] {
    var canonical = CanonicalBytes()
    canonical.count(lines.count)
    for line in lines {
      canonical.string(line.sku.text)
      canonical.quantity(line.quantity)
    }
    return Array(SHA256.hash(data: canonical.bytes))
  }

  /// `max(0, on hand + backorder limit - reserved)`, without trapping on any figures.
  static func available(onHand: Int64, backorderLimit: Int64, reserved: Int64) -> Int64 {
    let (promised, overflow) = onHand.addingReportingOverflow(backorderLimit)
    let most = overflow ? Int64.max : promised
    let (left, underflow) = most.subtractingReportingOverflow(reserved)
    return underflow ? 0 : max(0, left)
  }
}

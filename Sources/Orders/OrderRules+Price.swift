internal import Contracts

/// What inventory says about one line.
struct QuotedLine: Equatable, Sendable {
  let known: Bool
  let available: Int64
  let unitPriceMinor: Int64
  let currency: String
}

/// One line at the price that is frozen with it.
struct PricedLine: Equatable, Sendable {
  let sku: SKU
  let quantity: Int32
  let unitPriceMinor: Int64
}

/// One line that cannot be served, and how much of it there is.
struct Shortfall: Equatable, Sendable {
  let sku: SKU
  let requested: Int64
  let available: Int64
}

/// What a quote makes of an order. The cases stand in the order in which they are looked for: the
/// first that applies is the answer, with all its lines.
enum Pricing: Equatable, Sendable {
  case unknown([SKU])
  case currencyMismatch([SKU])
  case totalOverflow
  /// `short` is in the order of the request and empty when everything is there.
  case priced(lines: [PricedLine], totalMinor: Int64, short: [Shortfall])
}

extension OrderRules {
  /// Prices `order` at `quote`, which has one line for each of the order's, in the same order.
  static func price(_ order: NormalOrder, quote: [QuotedLine]) -> Pricing {
    let pairs = zip(order.lines, quote)
    let unknown = pairs.filter { !$1.known }.map(\.0.sku)
    guard unknown.isEmpty else { return .unknown(unknown) }
    let foreign = pairs.filter { $1.currency != order.currency }.map(\.0.sku)
    guard foreign.isEmpty else { return .currencyMismatch(foreign) }

    var totalMinor: Int64 = 0
    var lines: [PricedLine] = []
    lines.reserveCapacity(order.lines.count)
    for (line, quoted) in pairs {
      let (amount, overflow) = quoted.unitPriceMinor.multipliedReportingOverflow(
        by: Int64(line.quantity))
      let (sum, sumOverflow) = totalMinor.addingReportingOverflow(amount)
      guard !overflow, !sumOverflow, sum <= DomainLimits.amountMax else { return .totalOverflow }
      totalMinor = sum
      lines.append(
        PricedLine(
          sku: line.sku, quantity: line.quantity, unitPriceMinor: quoted.unitPriceMinor))
    }
    return .priced(lines: lines, totalMinor: totalMinor, short: short(order, quote))
  }

  private static func short(_ order: NormalOrder, _ quote: [QuotedLine]) -> [Shortfall] {
    var short: [Shortfall] = []
    for index in order.askedOrder {
      let line = order.lines[index]
      let available = quote[index].available
      guard available < Int64(line.quantity) else { continue }
      short.append(
        Shortfall(sku: line.sku, requested: Int64(line.quantity), available: available))
    }
    return short
  }
}

import Contracts
import TestSupport
import Testing

@testable import Orders

@Suite struct OrderPriceTests {
  static func order(_ lines: [(sku: String, quantity: Int64)]) throws -> NormalOrder {
    try OrderRules.normalise(customerID: "c", requestID: "", currency: "EUR", lines: lines)
  }

  static func quoted(
    _ price: Int64, available: Int64 = 1_000_000, currency: String = "EUR", known: Bool = true
  ) -> QuotedLine {
    QuotedLine(known: known, available: available, unitPriceMinor: price, currency: currency)
  }

  @Test func `only the first kind of fault is told, with all its lines`() throws {
    let order = try Self.order([("A", 1), ("B", 2), ("C", 3), ("D", 4)])
    let unknown = Self.quoted(0, currency: "", known: false)
    let foreign = Self.quoted(1, currency: "USD")
    let huge = Self.quoted(.max)
    let skus = order.lines.map(\.sku)
    #expect(
      OrderRules.price(order, quote: [huge, unknown, foreign, unknown])
        == .unknown([skus[1], skus[3]]))
    #expect(
      OrderRules.price(order, quote: [foreign, huge, foreign, Self.quoted(1, available: 0)])
        == .currencyMismatch([skus[0], skus[2]]))
    let empty = Self.quoted(1, available: 0)
    #expect(OrderRules.price(order, quote: [empty, huge, empty, empty]) == .totalOverflow)
  }

  @Test func `short lines are told in the order of the request`() throws {
    let order = try Self.order([("B", 2), ("A", 5), ("C", 1)])
    let quote = [Self.quoted(1, available: 4), Self.quoted(1, available: 0), Self.quoted(1)]
    guard case .priced(_, let total, let short) = OrderRules.price(order, quote: quote) else {
      Issue.record("not priced")
      return
    }
    #expect(total == 8)
    #expect(short.map(\.sku.text) == ["B", "A"])
    #expect(short.map(\.requested) == [2, 5])
    #expect(short.map(\.available) == [0, 4])
  }

  @Test func `a total may reach 2^53-1 and not pass it`() throws {
    let most = DomainLimits.amountMax
    let one = try Self.order([("A", 1)])
    let two = try Self.order([("A", 1), ("B", 1)])
    guard case .priced(_, let total, _) = OrderRules.price(one, quote: [Self.quoted(most)]) else {
      Issue.record("refused the largest total")
      return
    }
    #expect(total == most)
    #expect(
      OrderRules.price(two, quote: [Self.quoted(most), Self.quoted(1)]) == .totalOverflow)
    let million = try Self.order([("A", 1_000_000)])
    #expect(OrderRules.price(million, quote: [Self.quoted(.max)]) == .totalOverflow)
  }

  /// The model multiplies in 128 bits, where nothing can overflow.
  @Test func `pricing agrees with a naive model on 100,000 random quotes`() throws {
    var random = SeededRandom(seed: 4)
    let names = ["A", "B", "C", "D"]
    for round in 0..<100_000 {
      let lines = (0..<Int.random(in: 1...4, using: &random)).map { index in
        (sku: names[index], quantity: Int64.random(in: 1...1_000_000, using: &random))
      }
      let order = try Self.order(lines)
      let quote = lines.map { _ in
        let priceMax = Int64(1) << Int64.random(in: 0...62, using: &random)
        return Self.quoted(
          Int64.random(in: 0...priceMax, using: &random),
          available: Int64.random(in: 0...1_500_000, using: &random),
          currency: Int.random(in: 0..<9, using: &random) == 0 ? "USD" : "EUR",
          known: Int.random(in: 0..<9, using: &random) != 0)
      }
      let pairs = Array(zip(order.lines, quote))
      let total = pairs.reduce(Int128(0)) {
        $0 + Int128($1.0.quantity) * Int128($1.1.unitPriceMinor)
      }
      let expected: Pricing =
        if pairs.contains(where: { !$0.1.known }) {
          .unknown(pairs.filter { !$0.1.known }.map(\.0.sku))
        } else if pairs.contains(where: { $0.1.currency != "EUR" }) {
          .currencyMismatch(pairs.filter { $0.1.currency != "EUR" }.map(\.0.sku))
        } else if total > Int128(DomainLimits.amountMax) {
          .totalOverflow
        } else {
          .priced(
            lines: pairs.map {
              PricedLine(
                sku: $0.0.sku, quantity: $0.0.quantity, unitPriceMinor: $0.1.unitPriceMinor)
            },
            totalMinor: Int64(total),
            short: pairs.filter { $0.1.available < Int64($0.0.quantity) }.map {
              Shortfall(
                sku: $0.0.sku, requested: Int64($0.0.quantity), available: $0.1.available)
            })
        }
      guard OrderRules.price(order, quote: quote) == expected else {
        Issue.record("round \(round): \(lines) at \(quote)")
        return
      }
    }
  }
}

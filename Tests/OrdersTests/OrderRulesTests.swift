import Contracts
import TestSupport
import Testing

@testable import Orders

@Suite struct OrderRulesTests {
  static func normalise(
    customer: String = "c-1", request: String = "k-1", currency: String = "EUR",
    _ lines: [(sku: String, quantity: Int64)]
  ) throws(InvalidRequest) -> NormalOrder {
    try OrderRules.normalise(
      customerID: customer, requestID: request, currency: currency, lines: lines)
  }

  static func paths(_ lines: [(sku: String, quantity: Int64)]) -> [String] {
    do {
      _ = try normalise(lines)
      return []
    } catch {
      return error.fields.map(\.path)
    }
  }

  @Test func `lines of one SKU are summed and sorted, and who asked first is kept`() throws {
    let order = try Self.normalise([("B", 2), ("A", 1), ("B", 3), ("a", 1), ("A", 3)])
    #expect(order.lines.map(\.sku.text) == ["A", "B", "a"])
    #expect(order.lines.map(\.quantity) == [4, 5, 1])
    #expect(order.askedOrder.map { order.lines[$0].sku.text } == ["B", "A", "a"])
    let plain = try Self.normalise([("A", 4), ("B", 5), ("a", 1)])
    #expect(plain.lines == order.lines)
    #expect(OrderRules.bodyDigest(plain) == OrderRules.bodyDigest(order))
  }

  @Test(arguments: [0, -1, 1_000_001, Int64.max, Int64.min])
  func `a quantity outside its range is refused by name`(quantity: Int64) {
    #expect(Self.paths([("A", 1), ("B", quantity)]) == ["lines[1].quantity"])
  }

  @Test func `the largest quantity passes and one more by summing does not`() {
    #expect(Self.paths([("A", 1_000_000)]) == [])
    #expect(Self.paths([("A", 999_999), ("B", 1), ("A", 1)]) == [])
    #expect(Self.paths([("A", 999_999), ("B", 1), ("A", 2)]) == ["lines[2].quantity"])
  }

  @Test func `100 lines pass, none and 101 do not`() {
    #expect(Self.paths([]) == ["lines"])
    let hundred = (0..<100).map { (sku: "S\($0)", quantity: Int64(1)) }
    #expect(Self.paths(hundred) == [])
    #expect(Self.paths(hundred + [("S0", 1)]) == ["lines"])
  }

  @Test func `everything that is wrong is told at once, up to a limit`() {
    #expect {
      try Self.normalise(customer: "", request: "a b", currency: "eur", [("", 0), (" ", 1)])
    } throws: { error in
      (error as? InvalidRequest)?.fields.map(\.path) == [
        "customer_id", "request_id", "currency", "lines[0].sku", "lines[0].quantity",
        "lines[1].sku",
      ]
    }
    let hundred = Array(repeating: (sku: "", quantity: Int64(0)), count: 100)
    #expect(Self.paths(hundred).count == InvalidRequest.fieldsMax)
  }

  @Test func `customer and key are visible ASCII of limited length`() throws {
    let line = [(sku: "A", quantity: Int64(1))]
    let long = String(repeating: "~", count: 128)
    #expect(try Self.normalise(customer: long, request: long, line).requestID == long)
    #expect(try Self.normalise(request: "", line).requestID == nil)
    for wrong in ["", long + "!", "a b", "\u{7F}", "é", "\u{0}"] {
      #expect(throws: InvalidRequest.self, "\(wrong)") { try Self.normalise(customer: wrong, line) }
    }
    for wrong in [long + "!", " ", "\n", "ü"] {
      #expect(throws: InvalidRequest.self, "\(wrong)") { try Self.normalise(request: wrong, line) }
    }
    for wrong in ["", "EU", "EURO", "eur", "E R", "EÜR"] {
      #expect(throws: InvalidRequest.self, "\(wrong)") {
        try Self.normalise(currency: wrong, line)
      }
    }
  }

  /// The model does the same with a dictionary and a sort of bytes, and knows no limits but those
  /// of the contract.
  @Test func `normalising agrees with a naive model on 100,000 random orders`() {
    var random = SeededRandom(seed: 1)
    let long = String(repeating: "z", count: 64)
    let names = ["A", "B", "a", "A.1", "A-1", "_", "0", "", "x y", long]
    for round in 0..<100_000 {
      var lines: [(sku: String, quantity: Int64)] = []
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let isOdd = Int.random(in: 0..<8, using: &random) == 0
        let name = names[Int.random(in: 0..<(isOdd ? names.count : 7), using: &random)]
        let quantity = Int64.random(in: isOdd ? -1...1_000_001 : 1...400_000, using: &random)
        lines.append((name, quantity))
      }
      var sums: [String: Int64] = [:]
      var isFine = !lines.isEmpty
      for line in lines {
        isFine = isFine && names[0..<7].contains(line.sku) || line.sku.count == 64 && isFine
        isFine = isFine && line.quantity >= 1 && line.quantity <= 1_000_000
        sums[line.sku, default: 0] += line.quantity
      }
      isFine = isFine && sums.values.allSatisfy { $0 <= 1_000_000 }
      let sorted = sums.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
      let order = try? Self.normalise(lines)
      guard (order != nil) == isFine else {
        Issue.record("round \(round): \(lines)")
        return
      }
      guard let order else { continue }
      let isSame =
        order.lines.map(\.sku.text) == sorted.map(\.key)
        && order.lines.map { Int64($0.quantity) } == sorted.map(\.value)
      var seen: [String] = []
      for line in lines where !seen.contains(line.sku) { seen.append(line.sku) }
      let keepsOrder = order.askedOrder.map { order.lines[$0].sku.text } == seen
      guard isSame, keepsOrder else {
        Issue.record("round \(round): \(lines)")
        return
      }
    }
  }
}

import Contracts
import TestSupport
import Testing

@testable import Inventory

@Suite struct StockRulesTests {
  static func sku(_ text: String) throws -> SKU { try #require(SKU(text)) }

  static func hold(_ number: UInt64, _ lines: [(String, Int32)]) throws -> HoldRequest {
    HoldRequest(
      orderID: OrderID(high: 0, low: number),
      lines: try lines.map { HoldLine(sku: try sku($0.0), quantity: $0.1) })
  }

  @Test func `a later smaller request gets what an earlier larger one could not use`() throws {
    let holds = [
      try Self.hold(1, [("A", 3)]), try Self.hold(2, [("A", 8)]), try Self.hold(3, [("A", 7)]),
      try Self.hold(4, [("A", 1)]),
    ]
    let a = try Self.sku("A")
    #expect(
      StockRules.allocate(available: [a: 10], holds: holds) == [
        .taken, .short([Shortfall(sku: a, requested: 8, available: 7)]), .taken,
        .short([Shortfall(sku: a, requested: 1, available: 0)]),
      ])
  }

  @Test func `one short line of many takes nothing and every short line is told`() throws {
    let (a, b, c) = (try Self.sku("A"), try Self.sku("B"), try Self.sku("C"))
    let holds = [
      try Self.hold(1, [("A", 1), ("B", 5), ("C", 5)]),
      try Self.hold(2, [("A", 4), ("B", 4), ("C", 2)]),
    ]
    #expect(
      StockRules.allocate(available: [a: 4, b: 4, c: 2], holds: holds) == [
        .short([
          Shortfall(sku: b, requested: 5, available: 4),
          Shortfall(sku: c, requested: 5, available: 2),
        ]),
        .taken,
      ])
  }

  @Test func `an unknown SKU is told before a shortage and takes nothing`() throws {
    let (a, x) = (try Self.sku("A"), try Self.sku("X"))
    let holds = [try Self.hold(1, [("A", 9), ("X", 1)]), try Self.hold(2, [("A", 1)])]
    #expect(StockRules.allocate(available: [a: 1], holds: holds) == [.unknown([x]), .taken])
  }

  @Test func `figures below nothing count as nothing`() throws {
    let a = try Self.sku("A")
    let holds = [try Self.hold(1, [("A", 1)])]
    #expect(
      StockRules.allocate(available: [a: -5], holds: holds)
        == [.short([Shortfall(sku: a, requested: 1, available: 0)])])
    #expect(StockRules.available(onHand: 3, backorderLimit: 2, reserved: 4) == 1)
    #expect(StockRules.available(onHand: 3, backorderLimit: 0, reserved: 4) == 0)
    #expect(StockRules.available(onHand: .max, backorderLimit: 1, reserved: 0) == .max)
    #expect(StockRules.available(onHand: .min, backorderLimit: 0, reserved: .max) == 0)
  }

  /// The model goes through the requests one at a time with plain arrays and no early exit.
  @Test func `allocating agrees with a naive model on 100,000 random batches`() throws {
    var random = SeededRandom(seed: 5)
    let skus = try ["A", "B", "C", "D"].map(Self.sku)
    for round in 0..<100_000 {
      var stock = skus.map { _ in Int64.random(in: 0...6, using: &random) }
      let knownCount = Int.random(in: 2...4, using: &random)
      let available = Dictionary(uniqueKeysWithValues: zip(skus, stock).prefix(knownCount))
      let holds = (0..<UInt64.random(in: 0...5, using: &random)).map { number in
        let lines = skus.indices.filter { _ in Bool.random(using: &random) }.map {
          HoldLine(sku: skus[$0], quantity: Int32.random(in: 1...4, using: &random))
        }
        return HoldRequest(orderID: OrderID(high: 0, low: number), lines: lines)
      }
      var expected: [StockRules.Allocation] = []
      for hold in holds {
        let places = hold.lines.map { line in skus.firstIndex(of: line.sku) ?? 0 }
        let unknown = zip(hold.lines, places).filter { $1 >= knownCount }.map(\.0.sku)
        let short = zip(hold.lines, places).filter { stock[$1] < Int64($0.quantity) }
        if !unknown.isEmpty {
          expected.append(.unknown(unknown))
        } else if !short.isEmpty {
          expected.append(
            .short(
              short.map {
                Shortfall(sku: $0.sku, requested: Int64($0.quantity), available: stock[$1])
              }))
        } else {
          for (line, place) in zip(hold.lines, places) { stock[place] -= Int64(line.quantity) }
          expected.append(.taken)
        }
      }
      guard StockRules.allocate(available: available, holds: holds) == expected else {
        Issue.record("round \(round): \(available) \(holds)")
        return
      }
    }
  }

  /// `hashlib.sha256(pack(">H", 2) + s("A") + pack(">I", 4) + s("B") + pack(">I", 2))` in Python,
  /// where `s` is the length in two bytes and the bytes.
  @Test func `lines are fingerprinted as the golden vectors say`() throws {
    let two = try Self.hold(1, [("A", 4), ("B", 2)]).fingerprint
    let long = try Self.hold(1, [(String(repeating: "x", count: 64), 1_000_000)]).fingerprint
    #expect(
      Self.hex(two) == "45b316a239172f5c9fa1621c88853a842623ed4d3864e22199cbd4b557e02923")
    #expect(
      Self.hex(long) == "4134d5ac5c93bfa77746034382fa4c01ed6f6b2400e2b26a98c66627980215ab")
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  @Test func `a stored hold answers its own lines, and release goes before conflict`() {
    let cases: [(HoldPhase, [UInt8], HoldAnswer)] = [
      (.held, [1], .held), (.held, [2], .conflict), (.committed, [1], .committed),
      (.committed, [2], .conflict), (.shipped, [1], .committed), (.released, [1], .released),
      (.released, [2], .released),
    ]
    for (state, asked, expected) in cases {
      #expect(StockRules.answer(stored: state, fingerprint: [1], asked: asked) == expected)
    }
  }
}

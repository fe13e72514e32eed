import Contracts
import Operations
import TestSupport
import Testing

struct Member: Batchable, Equatable {
  var name = 0
  var lineCount: Int
  var skus: [SKU] = []
  var ridesAlone = false
}

@Suite struct BatchRulesTests {
  static func caps(orders: Int = 1_000, lines: Int = 4_000, skus: Int = 1_000) -> BatchCaps {
    var caps = BatchCaps()
    caps.orders = orders
    caps.lines = lines
    caps.skus = skus
    return caps
  }

  @Test func `a batch closes at each cap and not before`() throws {
    let plain = Array(repeating: Member(lineCount: 1), count: 1_001)
    #expect(BatchRules.take(waiting: plain, caps: BatchCaps()) == 1_000)
    #expect(BatchRules.take(waiting: plain.prefix(1_000), caps: BatchCaps()) == 1_000)
    let wide = Array(repeating: Member(lineCount: 100), count: 41)
    #expect(BatchRules.take(waiting: wide, caps: BatchCaps()) == 40)
    let distinct = try (0..<1_001).map { number in
      Member(lineCount: 2, skus: [try #require(SKU("S\(number)")), try #require(SKU("S0"))])
    }
    #expect(BatchRules.take(waiting: distinct, caps: Self.caps(orders: 5_000)) == 1_000)
    #expect(BatchRules.take(waiting: [Member](), caps: BatchCaps()) == 0)
  }

  @Test func `a long queue is halved down to the size that needs no halving`() {
    var caps = BatchCaps()
    caps.splitAbove = 100
    let sizes = [1, 100, 101, 199, 200, 201, 1_000, 3_000].map { count in
      BatchRules.take(waiting: Array(repeating: Member(lineCount: 1), count: count), caps: caps)
    }
    #expect(sizes == [1, 100, 100, 100, 100, 101, 500, 1_000])
  }

  @Test func `a first member that fits no cap is still taken`() {
    let members = [Member(lineCount: 5), Member(lineCount: 1)]
    #expect(BatchRules.take(waiting: members, caps: Self.caps(lines: 3, skus: 0)) == 1)
  }

  @Test func `who rides alone has no company`() {
    let alone = Member(lineCount: 1, ridesAlone: true)
    let plain = Member(lineCount: 1)
    #expect(BatchRules.take(waiting: [alone, plain], caps: BatchCaps()) == 1)
    #expect(BatchRules.take(waiting: [plain, plain, alone, plain], caps: BatchCaps()) == 2)
  }

  /// The model tries every length from the longest down and counts afresh for each.
  @Test func `taking agrees with a naive model on 100,000 random queues`() throws {
    var random = SeededRandom(seed: 7)
    let skus = try (0..<6).map { try #require(SKU("S\($0)")) }
    for round in 0..<100_000 {
      let waiting = (0..<Int.random(in: 0...8, using: &random)).map { name in
        let wanted = skus.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        return Member(
          name: name, lineCount: wanted.count, skus: wanted,
          ridesAlone: Int.random(in: 0..<12, using: &random) == 0)
      }
      let caps = Self.caps(
        orders: Int.random(in: 1...8, using: &random),
        lines: Int.random(in: 1...10, using: &random),
        skus: Int.random(in: 1...6, using: &random))
      let expected = (0...waiting.count).last { count in
        let batch = waiting.prefix(count)
        guard count > 1 else { return true }
        return !batch.contains(where: \.ridesAlone) && count <= caps.orders
          && batch.reduce(0) { $0 + $1.lineCount } <= caps.lines
          && Set(batch.flatMap(\.skus)).count <= caps.skus
      }
      guard BatchRules.take(waiting: waiting, caps: caps) == expected else {
        Issue.record("round \(round): \(waiting) \(caps)")
        return
      }
    }
  }
}

import TestSupport
import Testing

@testable import HTTP2

@Suite struct AbuseLedgerTests {
  static let second: UInt64 = 1_000_000_000

  /// How many charges pass at once.
  private func budget(_ ledger: inout AbuseLedger, _ rule: AbuseLedger.Rule, at now: UInt64) -> Int
  {
    for count in 0..<100_000 {
      do { try ledger.charge(rule, now: now) } catch {
        #expect(error == HTTP2ConnectionError(.flood(rule)))
        return count
      }
    }
    return .max
  }

  @Test(arguments: AbuseLedger.Rule.allCases)
  func `each rule has its burst, its refill and nothing more`(_ rule: AbuseLedger.Rule) {
    let limits = AbuseLedger.Limits()
    let allowance = limits.allowance(for: rule)
    var ledger = AbuseLedger(limits: limits, now: 5)
    #expect(budget(&ledger, rule, at: 5) == Int(allowance.burst))
    #expect(budget(&ledger, rule, at: 5) == 0)
    let refill = Int(min(allowance.refillPerSecond, allowance.burst))
    #expect(budget(&ledger, rule, at: 5 + Self.second) == refill)
    // Time that runs backwards earns nothing; a year earns one burst.
    #expect(budget(&ledger, rule, at: 5) == 0)
    let year = 365 * 24 * 3600 * Self.second
    #expect(budget(&ledger, rule, at: year) == (refill == 0 ? 0 : Int(allowance.burst)))
  }

  @Test(arguments: AbuseLedger.Rule.allCases)
  func `one budget does not touch another`(_ rule: AbuseLedger.Rule) {
    let limits = AbuseLedger.Limits()
    var ledger = AbuseLedger(limits: limits, now: 0)
    _ = budget(&ledger, rule, at: 0)
    for other in AbuseLedger.Rule.allCases where other != rule {
      #expect(budget(&ledger, other, at: 0) == Int(limits.allowance(for: other).burst))
    }
  }

  @Test func `useful work refills what belongs to it, up to the burst`() {
    let limits = AbuseLedger.Limits()
    var ledger = AbuseLedger(limits: limits, now: 0)
    ledger.creditCallCompleted()
    #expect(budget(&ledger, .instantReset, at: 0) == 20_000)
    for rule in AbuseLedger.Rule.allCases { _ = budget(&ledger, rule, at: 0) }
    ledger.creditCallCompleted()
    #expect(budget(&ledger, .instantReset, at: 0) == 1)
    ledger.creditResetSent()
    #expect(budget(&ledger, .ignoredFrame, at: 0) == 16)
    ledger.creditDataSent()
    #expect(budget(&ledger, .windowUpdate, at: 0) == 10)
    #expect(budget(&ledger, .ping, at: 0) == 1)
    ledger.creditHeadersSent()
    #expect(budget(&ledger, .ping, at: 0) == 1)
    #expect(budget(&ledger, .control, at: 0) == 0)
  }

  @Test func `parts of a token add up`() {
    var bucket = TokenBucket(.init(burst: 2, refillPerSecond: 1), now: 0)
    let times = [0, 0] + (1...10).map { $0 * Self.second / 10 }
    let paid = times.map { bucket.spend(now: $0) }
    #expect(paid == [true, true] + Array(repeating: false, count: 9) + [true])
    #expect(bucket.tokens == 0)
  }

  @Test func `the largest allowance and the largest time do not overflow`() {
    var bucket = TokenBucket(.init(burst: .max, refillPerSecond: .max), now: 0)
    let paid = bucket.spend(now: .max)
    bucket.credit(.max)
    #expect(paid && bucket.tokens == UInt64(UInt32.max))
  }
}

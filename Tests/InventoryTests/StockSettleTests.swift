import TestSupport
import Testing

@testable import Inventory

@Suite struct StockSettleTests {
  @Test func `each state meets each outcome as the protocol says`() {
    let table: [(HoldPhase?, SettleOutcome, HoldPhase?, lowers: Bool)] = [
      (nil, .committed, nil, false), (nil, .released, .released, false),
      (.held, .committed, .committed, false), (.held, .released, .released, true),
      (.committed, .committed, .committed, false), (.committed, .released, .released, true),
      (.shipped, .committed, .shipped, false), (.shipped, .released, .shipped, false),
      (.released, .committed, .released, false), (.released, .released, .released, false),
    ]
    for (state, outcome, expected, lowers) in table {
      let settlement = StockRules.settle(state: state, outcome: outcome)
      #expect(settlement.state == expected && settlement.lowersReserved == lowers)
      #expect(settlement.writes == (expected != state))
    }
  }

  /// Whatever order messages come in and however often, a hold that was ever released ends
  /// released, and its lines leave `reserved` at most once.
  @Test func `100,000 random histories end where their outcomes say`() {
    var random = SeededRandom(seed: 6)
    for round in 0..<100_000 {
      let start: HoldPhase? = Bool.random(using: &random) ? .held : nil
      let outcomes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Bool.random(using: &random) ? SettleOutcome.released : .committed
      }
      var state = start
      var lowered = 0
      for outcome in outcomes {
        let settlement = StockRules.settle(state: state, outcome: outcome)
        state = settlement.state
        lowered += settlement.lowersReserved ? 1 : 0
      }
      let expected: HoldPhase? =
        if outcomes.contains(.released) {
          .released
        } else if start == nil {
          nil
        } else {
          outcomes.isEmpty ? .held : .committed
        }
      let expectedLowered = start != nil && outcomes.contains(.released) ? 1 : 0
      guard state == expected, lowered == expectedLowered else {
        Issue.record("round \(round): \(start as Any) \(outcomes)")
        return
      }
    }
  }
}

/// An expectation worked out for every kind and outcome, because to compare names for each answer
/// would cost more than all the rest of it.
struct ExpectationTable: Sendable {
  private let expectation: Expectation
  private let withoutReason: [Bool]

  init(_ expectation: Expectation) {
    self.expectation = expectation
    withoutReason = RequestKind.allCases.flatMap { kind in
      Outcome.all.map { expectation.allows($0, reason: nil, of: kind, required: nil) }
    }
  }

  func allows(
    _ outcome: Outcome, reason: String?, of kind: RequestKind, required: RequiredAnswer?
  ) -> Bool {
    guard reason != nil || required != nil else {
      return withoutReason[kind.index * Outcome.all.count + outcome.index]
    }
    return expectation.allows(outcome, reason: reason, of: kind, required: required)
  }
}

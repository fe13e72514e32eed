import Testing

/// Each rule of the protocol is left out once, in the simulation alone, and each time the checks
/// have to notice: a check that nothing can fail checks nothing.
@Suite struct MutationTests {
  /// - Parameter names: what has to be found, whichever else is.
  private static func expectCaught(_ mutation: SimMutation, by names: [String]) async {
    var missing = Set(names)
    for first in stride(from: UInt64(1), to: 4_001, by: 100) where !missing.isEmpty {
      let summary = await Simulation.run(
        seeds: first..<(first + 100), mutation: mutation, failuresMax: .max)
      let found = Set(
        summary.failures.flatMap(\.breaches).compactMap { $0.split(separator: ":").first })
      missing = missing.filter { name in !found.contains { $0 == name } }
    }
    #expect(missing.isEmpty, "nobody noticed \(mutation)")
  }

  @Test func `without the checks of stock a wrong view oversells`() async {
    await Self.expectCaught(.checkDropped, by: ["I1"])
  }

  @Test func `without a closed id a late hold takes pieces again`() async {
    await Self.expectCaught(.noTombstone, by: ["P17"])
  }

  @Test func `a release because nothing was heard frees what an order has`() async {
    await Self.expectCaught(.releaseOnTimeout, by: ["I6", "P16"])
  }

  @Test func `a release because a hold is old frees what an order has`() async {
    await Self.expectCaught(.releaseByAge, by: ["I6", "P16"])
  }

  @Test func `a receipt before the commit is one for an order that may not exist`() async {
    await Self.expectCaught(.receiptBeforeCommit, by: ["I4"])
  }

  @Test func `two holds of one batch that change a SKU once leave it wrong`() async {
    await Self.expectCaught(.skuNotSummed, by: ["I2"])
  }

  @Test func `without a look at our own row an order is refused that exists`() async {
    await Self.expectCaught(.ownRowNotRead, by: ["I7"])
  }

  @Test func `without a look for its hold an order is short of its own pieces`() async {
    await Self.expectCaught(.ownHoldNotLookedFor, by: ["P3"])
  }
}

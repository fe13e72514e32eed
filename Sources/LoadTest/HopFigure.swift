/// A figure of both kinds of slices, and what REST adds to it.
struct HopFigure: Equatable, Sendable {
  /// Means over the slices.
  let rpc: Double
  let rest: Double
  /// REST less RPC, pair by pair: what drifts from pair to pair is in both, and not in this.
  let difference: StudentInterval
  /// Made of a handful of samples in at least one slice.
  let isRough: Bool

  /// Nil without a whole pair.
  init?(_ pairs: [(rpc: Double, rest: Double)], isRough: Bool = false) {
    guard !pairs.isEmpty else { return nil }
    rpc = StudentInterval(pairs.map(\.rpc)).mean
    rest = StudentInterval(pairs.map(\.rest)).mean
    difference = StudentInterval(pairs.map { $0.rest - $0.rpc })
    self.isRough = isRough
  }
}

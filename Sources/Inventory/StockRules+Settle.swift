/// What orders says became of the order behind a hold.
enum SettleOutcome: Sendable, CaseIterable {
  case committed
  case released
}

/// What settling does to a hold.
struct Settlement: Equatable, Sendable {
  /// The state afterwards; nil when there is no such hold and none is written.
  let state: HoldPhase?
  /// Whether the hold's lines leave `reserved`, which happens at most once in its life.
  let lowersReserved: Bool
  /// Whether a row has to be written at all.
  let writes: Bool
}

extension StockRules {
  /// - Parameter state: nil when no hold has this id. Releasing one leaves a released hold without
  ///   lines behind, so that a request that arrives late cannot take anything any more.
  static func settle(state: HoldPhase?, outcome: SettleOutcome) -> Settlement {
    switch (state, outcome) {
    case (nil, .committed):
      Settlement(state: nil, lowersReserved: false, writes: false)
    case (nil, .released):
      Settlement(state: .released, lowersReserved: false, writes: true)
    case (.held, .committed):
      Settlement(state: .committed, lowersReserved: false, writes: true)
    case (.held, .released), (.committed, .released):
      Settlement(state: .released, lowersReserved: true, writes: true)
    case (.committed, .committed), (.released, _), (.shipped, _):
      // What is shipped has left the house and what is released is gone: neither comes back.
      Settlement(state: state, lowersReserved: false, writes: false)
    }
  }
}

internal import Contracts

/// What CheckStock is asked.
struct StockQuestion: Equatable, Sendable {
  let lines: [HoldLine]
  /// How long ago the figures may have been true; nil when only the latest will do.
  let maxAge: Duration?
}

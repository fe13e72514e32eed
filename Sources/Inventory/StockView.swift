internal import Contracts
internal import Synchronization

/// The latest figures this process has seen of each SKU, all of them committed.
///
/// It only admits: who is admitted here by old figures is stopped by the checks in the database,
/// and who is not admitted is looked up there before being refused. So it may be as wrong as it
/// likes and costs at most a round trip.
final class StockView: Sendable {
  /// A figure takes about 200 bytes; past this many the view starts over rather than grow.
  static let skusMax = 200_000

  private let figures = Mutex<[SKU: StockFigures]>([:])
  /// Added to everything the view tells; for tests, which show that a wrong view does no harm.
  private let bias: Int64

  init(bias: Int64 = 0) { self.bias = bias }

  /// Takes in what a statement answered. A row that is older than what is known is passed over.
  func note(_ rows: [SKU: StockFigures]) {
    figures.withLock { figures in
      if figures.count + rows.count > Self.skusMax { figures.removeAll(keepingCapacity: true) }
      for (sku, row) in rows {
        if let known = figures[sku], known.version > row.version { continue }
        figures[sku] = row
      }
    }
  }

  /// What seems to be available of each SKU that was ever seen.
  func available(_ skus: some Sequence<SKU>) -> [SKU: Int64] {
    figures.withLock { figures in
      var available: [SKU: Int64] = [:]
      for sku in skus {
        if let row = figures[sku] { available[sku] = row.available + bias }
      }
      return available
    }
  }
}

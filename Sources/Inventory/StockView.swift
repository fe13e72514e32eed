internal import Contracts
internal import Synchronization

/// The latest figures this process has seen of each SKU, all of them committed.
///
/// For holds it only admits: who is admitted here by old figures is stopped by the checks in the
/// database, and who is not admitted is looked up there before being refused. So it may be as wrong
/// as it likes and costs at most a round trip.
///
/// For CheckStock it is the answer itself while this process is the only one that writes. That
/// asks more of it: what a read brings may have been changed since the read was sent, and must not
/// replace what a write told. Stock has versions to tell by; prices have none, hence the edition.
final class StockView: Sendable {
  /// A SKU takes about 300 bytes; past this many the view starts over rather than grow.
  static let skusMax = 200_000

  private struct Shelf {
    var stock: StockFigures?
    var entry: CatalogueEntry?
  }

  private struct Shared {
    var shelves: [SKU: Shelf] = [:]
    var edition: UInt64 = 0
    var isLoaded = false
  }

  private let shared = Mutex(Shared())
  /// Added to what admits; for tests, which show that a wrong view does no harm.
  private let bias: Int64
  private let skusMax: Int

  init(bias: Int64 = 0, skusMax: Int = StockView.skusMax) {
    self.bias = bias
    self.skusMax = skusMax
  }

  /// Which edition a read that is about to be sent belongs to: `note` passes its answer over when
  /// another has begun by then.
  var edition: UInt64 { shared.withLock { $0.edition } }

  /// Takes in what a statement of the write stream answered. A row that is older than what is known
  /// is passed over.
  func note(_ rows: [SKU: StockFigures]) {
    shared.withLock { shared in
      makeRoom(for: rows.count, &shared)
      for (sku, row) in rows { Self.put(row, &shared.shelves[sku, default: Shelf()]) }
    }
  }

  /// Takes in what a change left behind. Reads that are under way may tell what was before it.
  func note(_ figures: [SKUFigures]) {
    shared.withLock { shared in
      makeRoom(for: figures.count, &shared)
      shared.edition += 1
      for one in figures {
        shared.shelves[one.stock.sku, default: Shelf()].entry = one.entry
        Self.put(one.stock, &shared.shelves[one.stock.sku, default: Shelf()])
      }
    }
  }

  /// Takes in what a read found that was sent in `edition`.
  func note(_ found: FoundStock, of edition: UInt64) {
    shared.withLock { shared in
      _ = take(found, of: edition, &shared)
    }
  }

  /// The same for a read of all there is.
  func load(_ found: FoundStock, of edition: UInt64) {
    shared.withLock { shared in
      if take(found, of: edition, &shared) { shared.isLoaded = true }
    }
  }

  /// Whether all there is was read since the view was last cleared.
  var isLoaded: Bool { shared.withLock { $0.isLoaded } }

  /// Forgets everything, because somebody else may have written.
  func clear() {
    shared.withLock { shared in
      shared.shelves = [:]
      shared.isLoaded = false
      shared.edition += 1
    }
  }

  private func take(
    _ found: FoundStock, of edition: UInt64, _ shared: inout Shared
  ) -> Bool {
    guard shared.edition == edition else { return false }
    makeRoom(for: max(found.stock.count, found.catalogue.count), &shared)
    // What had to make room may have been newer than these rows.
    guard shared.edition == edition else { return false }
    for (sku, row) in found.stock { Self.put(row, &shared.shelves[sku, default: Shelf()]) }
    for (sku, entry) in found.catalogue { shared.shelves[sku, default: Shelf()].entry = entry }
    return true
  }

  /// What seems to be available of each SKU that was ever seen.
  func available(_ skus: some Sequence<SKU>) -> [SKU: Int64] {
    shared.withLock { shared in
      var available: [SKU: Int64] = [:]
      for sku in skus {
        if let row = shared.shelves[sku]?.stock { available[sku] = row.available + bias }
      }
      return available
    }
  }

  /// Figures and price of each line's SKU; nil when one of them is not known here.
  func shelved(_ lines: [HoldLine]) -> [StockAnswer]? {
    shared.withLock { shared in
      var answers: [StockAnswer] = []
      answers.reserveCapacity(lines.count)
      for line in lines {
        guard let shelf = shared.shelves[line.sku], let entry = shelf.entry, let stock = shelf.stock
        else { return nil }
        answers.append(StockAnswer(line, stock, entry, bias: bias))
      }
      return answers
    }
  }

  private func makeRoom(for count: Int, _ shared: inout Shared) {
    guard shared.shelves.count + count > skusMax else { return }
    shared.shelves.removeAll(keepingCapacity: true)
    shared.edition += 1
  }

  private static func put(_ row: StockFigures, _ shelf: inout Shelf) {
    if let known = shelf.stock, known.version > row.version { return }
    shelf.stock = row
  }
}

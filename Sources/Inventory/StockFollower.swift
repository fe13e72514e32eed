internal import Contracts

/// What one watcher has been told, and so what to tell it next.
///
/// It goes by rounds. A round covers the changes after `base`, where the round before it ended, and
/// tells each SKU's figures as they are when its turn comes. Those may be newer than the round's
/// end: such SKUs are kept in `ahead`, or the next round would tell them again.
struct StockFollower: Sendable {
  let interest: StockInterest
  /// Every change up to this number has been told.
  private(set) var base: UInt64 = 0
  /// The number of the change that was told last, for SKUs told of a later one than `base`.
  private(set) var ahead: [SKU: UInt64] = [:]
  private var toTell: ArraySlice<SKU> = []
  private var end: UInt64 = 0
  private var nextAhead: [SKU: UInt64] = [:]
  private var isFirstRound = true

  /// Figures in one message.
  static let pageMax = 500

  init(_ interest: StockInterest) { self.interest = interest }

  /// Begins the next round. The first is the snapshot.
  /// - Returns: whether there is anything to tell.
  mutating func begin(_ figures: WatchedFigures) -> Bool {
    end = figures.last
    nextAhead = [:]
    let candidates: [SKU]
    switch interest {
    case .some(let skus): candidates = Array(skus)
    case .all where isFirstRound: candidates = Array(figures.entries.keys)
    case .all: candidates = figures.changed(since: base)
    }
    var seen: Set<SKU> = []
    toTell =
      candidates.filter { sku in
        guard let entry = figures.entries[sku], isFirstRound || entry.number > told(sku) else {
          return false
        }
        return seen.insert(sku).inserted
      }.sorted()[...]
    if toTell.isEmpty { finish() }
    return !toTell.isEmpty
  }

  /// Whether the round has come to its end.
  var isDone: Bool { toTell.isEmpty }

  /// The next page of the round.
  mutating func page(_ figures: WatchedFigures) -> [WatchedStock] {
    let skus = toTell.prefix(Self.pageMax)
    toTell = toTell.dropFirst(Self.pageMax)
    var page: [WatchedStock] = []
    page.reserveCapacity(skus.count)
    for sku in skus {
      guard let entry = figures.entries[sku] else { continue }
      if entry.number > end { nextAhead[sku] = entry.number }
      page.append(
        WatchedStock(
          figure: StockFigure(entry.figures),
          crossedLowMark: !isFirstRound && entry.crossedAt > told(sku)))
    }
    if toTell.isEmpty { finish() }
    return page
  }

  private func told(_ sku: SKU) -> UInt64 { ahead[sku] ?? base }

  private mutating func finish() {
    base = end
    ahead = nextAhead
    nextAhead = [:]
    isFirstRound = false
  }
}

internal import Contracts

/// The latest figures of each SKU that somebody watches, each with the number of the change that
/// brought them. Numbers rise, so a watcher that knows all up to a number needs nothing else to
/// know what it has not been told; and as there is one entry for each SKU, changes that nobody has
/// asked for yet become one.
struct WatchedFigures: Sendable {
  struct Entry: Sendable {
    var figures: SKUFigures
    var number: UInt64
    /// The number of the change with which `available` last passed the mark; 0 for never.
    var crossedAt: UInt64 = 0
    var isLow: Bool { figures.stock.available < figures.entry.lowMark }
  }

  /// Changes that are kept in their order, so that a watcher of all stock that is not far behind
  /// need not look at every SKU.
  static let recentMax = 10_000

  private(set) var entries: [SKU: Entry] = [:]
  /// The number of the last change.
  private(set) var last: UInt64 = 0
  private var recent: [(number: UInt64, sku: SKU)] = []

  /// Takes in committed figures. Those that are not newer than what is known are passed over.
  mutating func note(_ figures: SKUFigures) {
    let sku = figures.stock.sku
    let known = entries[sku]
    if let known, known.figures.stock.version >= figures.stock.version { return }
    last += 1
    var entry = Entry(figures: figures, number: last, crossedAt: known?.crossedAt ?? 0)
    if let known, known.isLow != entry.isLow { entry.crossedAt = last }
    entries[sku] = entry
    if recent.count == Self.recentMax { recent.removeFirst(Self.recentMax / 2) }
    recent.append((last, sku))
  }

  /// Whether figures of this version would be news.
  func isNews(_ stock: StockFigures) -> Bool {
    entries[stock.sku].map { $0.figures.stock.version < stock.version } ?? true
  }

  /// SKUs whose figures came after change `number`; some may be told twice.
  func changed(since number: UInt64) -> [SKU] {
    guard let oldest = recent.first?.number, oldest <= number + 1 else {
      return entries.filter { $0.value.number > number }.map(\.key)
    }
    var low = 0, high = recent.count
    while low < high {
      let middle = (low + high) / 2
      if recent[middle].number <= number { low = middle + 1 } else { high = middle }
    }
    return recent[low...].map(\.sku)
  }

  /// Forgets SKUs that nobody watches any more.
  mutating func forget(_ skus: some Sequence<SKU>) {
    for sku in skus { entries[sku] = nil }
  }

  /// Forgets everything, but counts on.
  mutating func forgetAll() {
    entries = [:]
    recent = []
  }
}

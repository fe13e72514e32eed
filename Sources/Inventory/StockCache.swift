internal import Contracts

/// What was read of each SKU, and when, for callers who do not need the latest. A value without a
/// clock.
struct StockCache {
  typealias Instant = ContinuousClock.Instant

  /// A SKU takes about 300 bytes; past this many the cache starts over rather than grow.
  static let skusMax = 50_000

  private struct Copy {
    let stock: StockFigures?
    let entry: CatalogueEntry?
    let asked: Instant
  }

  private var copies: [SKU: Copy] = [:]
  private let skusMax: Int

  init(skusMax: Int = StockCache.skusMax) { self.skusMax = skusMax }

  var count: Int { copies.count }

  /// Takes in what a read found of `skus`, also that it did not find one.
  /// - Parameter asked: when the read was sent: its figures were true at some moment after that.
  mutating func note(_ skus: some Collection<SKU>, _ found: FoundStock, asked: Instant) {
    guard skus.count <= skusMax else { return }
    if copies.count + skus.count > skusMax { copies.removeAll(keepingCapacity: true) }
    for sku in skus {
      if let known = copies[sku], known.asked > asked { continue }
      copies[sku] = Copy(stock: found.stock[sku], entry: found.catalogue[sku], asked: asked)
    }
  }

  /// Answers a question from copies alone; nil when one is missing or too old.
  /// - Parameter arrived: when the question came: ages are counted up to then.
  /// - Returns: the answers, and the age of the oldest copy among them.
  func answer(
    _ lines: [HoldLine], maxAge: Duration, arrived: Instant
  ) -> (answers: [StockAnswer], age: Duration)? {
    var answers: [StockAnswer] = []
    answers.reserveCapacity(lines.count)
    var age = Duration.zero
    for line in lines {
      guard let copy = copies[line.sku] else { return nil }
      let own = arrived - copy.asked
      guard own <= maxAge else { return nil }
      age = max(age, own)
      answers.append(StockAnswer(line, copy.stock, copy.entry))
    }
    return (answers, age)
  }
}

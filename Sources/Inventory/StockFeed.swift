internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import Synchronization

/// Knows the figures of all SKUs that somebody watches, and finds out when they change.
///
/// Every commit that changes stock writes a row of the log with it, so as long as the log stands
/// still, nothing is read. When it has moved, the rows of all watched SKUs are read and compared by
/// version. That costs reads of SKUs that have not changed, a few microseconds each, but neither
/// an index on a column that changes, which would double the work of every sale, nor a word more
/// in the log. The reading is kept to a fifth of the time, whatever is watched; so with a million
/// SKUs watched as a whole, news of them takes seconds.
final class StockFeed: Sendable {
  /// Of the time spent reading, so many times is rested before the next reading.
  static let restFactor = 4
  /// SKUs read by one statement.
  static let chunkMax = 1_000

  private struct Shared {
    var figures = WatchedFigures()
    /// How many watch each SKU by name, and how many watch all.
    var named: [SKU: Int] = [:]
    var allCount = 0
    var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var lastID: UInt64 = 0
    var task: Task<Void, Never>?
    /// Why watching has come to its end for those who watch now.
    var failure: WriteFailure?
  }

  private let shared = Mutex(Shared())
  private let log: LogWatch
  private let pool: PostgresPool
  private let skusMax: Int
  private let logger: Logger

  /// - Parameter skusMax: past so many SKUs nobody can watch all of them.
  init(log: LogWatch, pool: PostgresPool, skusMax: Int, logger: Logger) {
    self.log = log
    self.pool = pool
    self.skusMax = skusMax
    self.logger = logger
  }

  /// Begins to keep the figures of `interest` up to date.
  /// - Returns: an element after each change, or several; it ends when watching does.
  func join(_ interest: StockInterest) -> (id: UInt64, changes: AsyncStream<Void>) {
    let (changes, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = shared.withLock { shared in
      switch interest {
      case .all: shared.allCount += 1
      case .some(let skus): for sku in skus { shared.named[sku, default: 0] += 1 }
      }
      shared.lastID += 1
      shared.listeners[shared.lastID] = continuation
      if shared.task == nil {
        shared.failure = nil
        shared.task = Task { await self.follow() }
      }
      return shared.lastID
    }
    return (id, changes)
  }

  func leave(_ id: UInt64, _ interest: StockInterest) {
    shared.withLock { shared in
      shared.listeners[id] = nil
      switch interest {
      case .all: shared.allCount -= 1
      case .some(let skus):
        for sku in skus {
          let count = shared.named[sku] ?? 0
          shared.named[sku] = count > 1 ? count - 1 : nil
        }
      }
      if shared.listeners.isEmpty {
        shared.task?.cancel()
        shared.task = nil
        shared.figures.forgetAll()
      } else if shared.allCount == 0 {
        let named = shared.named
        shared.figures.forget(shared.figures.entries.keys.filter { named[$0] == nil })
      }
    }
  }

  /// Looks at the figures.
  func with<Answer: Sendable>(_ body: (WatchedFigures) -> Answer) -> Answer {
    shared.withLock { body($0.figures) }
  }

  /// Why watching ended for those whose changes have; nil when it was stopped.
  var failure: WriteFailure? { shared.withLock { $0.failure } }

  /// Whether there are more SKUs than may be watched as a whole.
  var isTooLarge: Bool { shared.withLock { $0.figures.entries.count > skusMax } }
}

// MARK: - Reading

extension StockFeed {
  /// Reads the figures of `interest` as they are now.
  func read(_ interest: StockInterest) async throws(WriteFailure) {
    do throws(PostgresError) {
      switch interest {
      case .all: try await readAll()
      case .some(let skus): try await read(skus.sorted())
      }
    } catch {
      logger.warning("cannot read watched stock: \(error)")
      throw WriteFailure(reading: error)
    }
  }

  /// Reads what is watched each time the log has moved.
  private func follow() async {
    for await news in log.listen() {
      let start = ContinuousClock.now
      do throws(WriteFailure) {
        _ = try news.get()
        let interest = shared.withLock { shared -> StockInterest in
          shared.allCount > 0 ? .all : .some(Set(shared.named.keys))
        }
        try await read(interest)
      } catch {
        // One that nobody needs any more has nothing to end: others may watch by now.
        if !Task.isCancelled { end(error) }
        return
      }
      for listener in shared.withLock({ Array($0.listeners.values) }) { listener.yield() }
      try? await Task.sleep(for: (ContinuousClock.now - start) * Self.restFactor)
    }
    if !Task.isCancelled { end(.stopping) }
  }

  private func end(_ failure: WriteFailure) {
    let listeners = shared.withLock { shared in
      shared.failure = failure
      shared.task = nil
      return Array(shared.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }

  private func readAll() async throws(PostgresError) {
    var after = ""
    while !Task.isCancelled {
      let rows = try await pool.query(
        StockLister.selectPage(.text(after), .int64(Int64(Self.chunkMax))))
      try await note(rows)
      guard rows.count == Self.chunkMax, let last = rows.last, !isTooLarge else { return }
      after = try last.text(0)
    }
  }

  private func read(_ skus: [SKU]) async throws(PostgresError) {
    for start in stride(from: 0, to: skus.count, by: Self.chunkMax) {
      let chunk = skus[start..<min(start + Self.chunkMax, skus.count)]
      try await note(
        try await pool.query(StockStatements.selectStock(.textArray(chunk.map(\.text)))))
    }
  }

  /// Price and mark are read for what has changed only.
  private func note(_ rows: Rows) async throws(PostgresError) {
    var read: [StockFigures] = []
    read.reserveCapacity(rows.count)
    for row in rows { read.append(try StockFigures(row)) }
    let news = with { figures in read.filter(figures.isNews) }
    guard !news.isEmpty else { return }
    let catalogue = try CatalogueEntry.all(
      try await pool.query(
        StockStatements.selectCatalogue(.textArray(news.map(\.sku.text)))))
    shared.withLock { shared in
      for stock in news {
        // Both rows are written by one transaction; one alone was put there by hand.
        guard let entry = catalogue[stock.sku] else { continue }
        guard shared.allCount > 0 || shared.named[stock.sku] != nil else { continue }
        shared.figures.note(SKUFigures(stock: stock, entry: entry))
      }
    }
  }
}

internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC
internal import Synchronization

/// Answers CheckStock, from the nearest place that will do:
///
///     strong ──▶ the view, while this replica is the only one that writes ──▶ a read
///     cached ──▶ the same ──▶ copies that are young enough ──▶ a read, copied
///
/// Whatever waits is one read, sent after all of it arrived, so its answers reflect whatever was
/// acknowledged before their requests.
final class StockReader: Sendable {
  private struct Query: Batchable {
    /// Each once.
    let skus: [SKU]
    var lineCount: Int { skus.count }
  }

  private struct Reading: Sendable {
    let found: FoundStock
    let asked: ContinuousClock.Instant
  }

  private let pool: PostgresPool
  private let view: StockView
  private let lease: StreamLease?
  private let clock: @Sendable () -> ContinuousClock.Instant
  private let copies: Mutex<StockCache>
  private let flusher: Flusher<Query, Reading>
  private let logger: Logger

  init(pool: PostgresPool, view: StockView, settings: InventorySettings, logger: Logger) {
    self.pool = pool
    self.view = view
    self.logger = logger
    lease = settings.stream.lease
    copies = Mutex(StockCache(skusMax: settings.cachedSKUsMax))
    let clock = settings.clock
    self.clock = clock
    flusher = Flusher<Query, Reading>(
      waitingMax: settings.waitingMax, executor: settings.executor,
      timedWrite: { queries, deadline in
        let skus = PostgresValue.textArray(Set(queries.lazy.flatMap(\.skus)).map(\.text))
        let (asked, edition) = (clock(), view.edition)
        do throws(PostgresError) {
          let found = try await Self.read(
            pool, StockStatements.selectStock(skus), StockStatements.selectCatalogue(skus),
            until: deadline)
          view.note(found, of: edition)
          return queries.map { _ in .success(Reading(found: found, asked: asked)) }
        } catch {
          logger.warning("cannot read stock: \(error)")
          return queries.map { _ in .failure(WriteFailure(reading: error)) }
        }
      })
  }

  /// It suspends only when the database has to be asked.
  func answer(
    _ question: StockQuestion, deadline: Deadline
  ) async throws(WriteFailure) -> CheckStockResponse {
    let lines = question.lines
    // First the lease, then the view: while the lease held nobody else had written anything, and
    // what this process wrote is in the view before anybody hears of it.
    if let lease, lease.isValid, let answers = view.shelved(lines) {
      return CheckStockResponse(lines: answers)
    }
    if let maxAge = question.maxAge {
      let arrived = clock()
      let copied = copies.withLock { $0.answer(lines, maxAge: maxAge, arrived: arrived) }
      if let (answers, age) = copied {
        return CheckStockResponse(lines: answers, ageMs: age.wholeMilliseconds)
      }
    }
    var seen: Set<SKU> = []
    let skus = lines.map(\.sku).filter { seen.insert($0).inserted }
    let reading = try await flusher.submit(Query(skus: skus), deadline: deadline)
    let found = reading.found
    if question.maxAge != nil {
      copies.withLock { $0.note(skus, found, asked: reading.asked) }
    }
    return CheckStockResponse(
      lines: lines.map { StockAnswer($0, found.stock[$0.sku], found.catalogue[$0.sku]) })
  }

  /// Fills the view of an only writer, as far as it goes, so that its first callers do not each
  /// have to wait for a read. What changes meanwhile makes it begin anew.
  func load() async {
    for _ in 0..<Self.loadsMax where !view.isLoaded {
      let edition = view.edition
      let limit = PostgresValue.int64(Int64(StockView.skusMax / 2))
      do throws(PostgresError) {
        let found = try await Self.read(
          pool, StockStatements.loadStock(limit), StockStatements.loadCatalogue(limit))
        view.load(found, of: edition)
      } catch {
        logger.info("cannot load stock: \(error)")
        return
      }
    }
  }

  private static let loadsMax = 3

  private static func read(
    _ pool: PostgresPool, _ stock: BoundStatement, _ catalogue: BoundStatement,
    until deadline: Deadline = .never
  ) async throws(PostgresError) -> FoundStock {
    let rows = try await pool.pipeline(
      [stock, catalogue], deadline: deadline.remaining.map { .now + $0 })
    return FoundStock(
      stock: try StockFigures.all(rows[0]), catalogue: try CatalogueEntry.all(rows[1]))
  }

  func stop() async { await flusher.stop() }
}

extension Duration {
  /// Rounded up, so that nothing is called younger than it is.
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}

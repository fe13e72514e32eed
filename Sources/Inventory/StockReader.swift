internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Reads stock and prices for CheckStock. Whatever waits is one read, sent after all of it arrived,
/// so every answer reflects whatever was acknowledged before its request.
struct StockReader: Sendable {
  /// The SKUs of one request, each once.
  struct Query: Batchable {
    let skus: [SKU]
    var lineCount: Int { skus.count }
  }

  /// What a read found, for all the requests it served.
  struct Found: Sendable {
    let stock: [SKU: StockFigures]
    let catalogue: [SKU: CatalogueEntry]
  }

  private let flusher: Flusher<Query, Found>

  init(
    pool: PostgresPool, view: StockView, executor: (any TaskExecutor)? = nil, logger: Logger
  ) {
    flusher = Flusher(
      executor: executor,
      timedWrite: { queries, deadline in
        let skus = PostgresValue.textArray(Set(queries.lazy.flatMap(\.skus)).map(\.text))
        do throws(PostgresError) {
          let rows = try await pool.pipeline(
            [
              StockStatements.selectStock(skus), StockStatements.selectCatalogue(skus),
            ], deadline: deadline.remaining.map { .now + $0 })
          let found = Found(
            stock: try StockFigures.all(rows[0]), catalogue: try CatalogueEntry.all(rows[1]))
          view.note(found.stock)
          return queries.map { _ in .success(found) }
        } catch {
          logger.warning("cannot read stock: \(error)")
          return queries.map { _ in .failure(WriteFailure(reading: error)) }
        }
      })
  }

  func read(_ skus: [SKU], deadline: Deadline) async throws(WriteFailure) -> Found {
    try await flusher.submit(Query(skus: skus), deadline: deadline)
  }

  func stop() async { await flusher.stop() }
}

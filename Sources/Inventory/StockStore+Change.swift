internal import Contracts
internal import Operations
internal import Postgres

extension StockStore {
  /// Applies a change of what is on hand, in a batch of its own.
  func apply(_ change: StockChange) async -> Result<StockChangeAnswer, WriteFailure> {
    let paths = BatchPaths<StockChange, StockChangeAnswer>(
      slow: { changes, position, connection throws(PostgresError) in
        var answers: [StockChangeAnswer] = []
        var isLogged = false
        for change in changes {
          let (answer, committed) = try await self.write(change, position, connection)
          answers.append(answer)
          isLogged = isLogged || committed
        }
        return WrittenBatch(answers, isLogged: isLogged)
      },
      // Another replica created the same SKU at the same moment: look again.
      races: ["stock_pkey", "catalogue_pkey"])
    return await stream.write([change], paths, until: deadline).first ?? .failure(.unforeseen)
  }

  private func write(
    _ change: StockChange, _ position: LogPosition, _ connection: PostgresConnection
  ) async throws(PostgresError) -> (StockChangeAnswer, isCommitted: Bool) {
    let skus = PostgresValue.textArray(change.items.map(\.sku.text))
    let ref = PostgresValue.text(change.ref)
    let result = try await connection.transaction([
      ChangeStatements.insertMovements(
        skus, ref, .int64Array(change.items.map(\.delta)), .text(change.reason),
        .text(change.actor)),
      ChangeStatements.selectMovements(skus, ref),
      StockStatements.selectStockLocking(skus),
      StockStatements.selectCatalogue(skus),
    ]) { rows throws(PostgresError) in
      let ground = try StockChangeGround(
        new: rows[0], movements: rows[1], stock: rows[2], catalogue: rows[3])
      let answer = StockRules.change(change, on: ground)
      guard case .applied(let figures) = answer else { return .rollBack(answer) }
      return .commit(Self.statements(change, figures, ground, position), answer)
    }
    switch result.decision {
    case .applied(let figures), .repeated(let figures): view.note(figures)
    case .refReused, .unknownSKU, .tooMuch, .belowReserved: break
    }
    return (result.decision, result.isCommitted)
  }

  private static func statements(
    _ change: StockChange, _ figures: [SKUFigures], _ ground: StockChangeGround,
    _ position: LogPosition
  ) -> [BoundStatement] {
    let new = figures.map(\.stock.sku).filter { ground.stock[$0] == nil }
    let moved = change.items.filter { $0.delta != 0 }
    let priced = figures.filter { ground.catalogue[$0.stock.sku] != $0.entry }
    return [
      ChangeStatements.insertStock(.textArray(new.map(\.text))),
      ChangeStatements.addOnHand(
        .textArray(moved.map(\.sku.text)), .int64Array(moved.map(\.delta))),
      ChangeStatements.putCatalogue(
        .textArray(priced.map(\.stock.sku.text)), .int64Array(priced.map(\.entry.price.minor)),
        .textArray(priced.map(\.entry.price.currency)), .int64Array(priced.map(\.entry.lowMark))),
      StockStatements.logRow(position),
    ]
  }
}

extension StockChangeGround {
  init(new: Rows, movements: Rows, stock: Rows, catalogue: Rows) throws(PostgresError) {
    var inserted: Set<SKU> = []
    for row in new { inserted.insert(try SKU(row, 0)) }
    var earlier: [SKU: Int64] = [:]
    for row in movements {
      let sku = try SKU(row, 0)
      if !inserted.contains(sku) { earlier[sku] = try row.int64(1) }
    }
    self.init(
      earlier: earlier, catalogue: try CatalogueEntry.all(catalogue),
      stock: try StockFigures.all(stock))
  }
}

extension CatalogueEntry {
  /// From the columns sku, unit_price_minor, currency, low_mark.
  static func all(_ rows: Rows) throws(PostgresError) -> [SKU: CatalogueEntry] {
    var entries: [SKU: CatalogueEntry] = [:]
    entries.reserveCapacity(rows.count)
    for row in rows {
      entries[try SKU(row, 0)] = CatalogueEntry(
        price: StockChange.Price(minor: try row.int64(1), currency: try row.text(2)),
        lowMark: try row.int64(3))
    }
    return entries
  }
}

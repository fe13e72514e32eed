import Contracts
import Operations
import Postgres

@testable import Inventory

/// How `StockStore` takes a batch of holds: admitted by the view, else looked up, else decided
/// under locks. The figures, the rules and the recovery are the program's own.
extension SimInventory {
  typealias Answer = Result<StockWritten, WriteFailure>

  func write(_ batch: [StockWrite], _ done: @escaping ([Answer]) -> Void) {
    if case .change(let change)? = batch.first {
      return apply(change) { done([$0.map(StockWritten.change)]) }
    }
    var holds: [HoldRequest] = []
    for case .hold(let hold) in batch { holds.append(hold) }
    take(holds, [:], isFirst: true) { answers in
      done(batch.indices.map { answers[$0]?.map(StockWritten.hold) ?? .failure(.unforeseen) })
    }
  }

  typealias Answers = [Int: Result<HoldAnswer, WriteFailure>]

  /// Holds of one order are judged one after the other.
  private func take(
    _ holds: [HoldRequest], _ known: Answers, isFirst: Bool, _ done: @escaping (Answers) -> Void
  ) {
    var seen: Set<OrderID> = []
    let round = holds.indices.filter { index in
      known[index] == nil && seen.insert(holds[index].orderID).inserted
    }
    guard !round.isEmpty else { return done(known) }
    takeRound(round.map { holds[$0] }, looksFirst: !isFirst) { [self] answers in
      var all = known
      for (place, index) in round.enumerated() {
        all[index] = answers[place] ?? .failure(.unforeseen)
      }
      take(holds, all, isFirst: false, done)
    }
  }

  private func takeRound(
    _ holds: [HoldRequest], looksFirst: Bool, _ done: @escaping (Answers) -> Void
  ) {
    let alone = view.available(holds.flatMap(\.lines).map(\.sku))
    let doubtful = holds.indices.filter { index in
      looksFirst
        || !holds[index].lines.allSatisfy { alone[$0.sku, default: -1] >= Int64($0.quantity) }
    }
    look(doubtful, holds, [:]) { [self] answers in
      let open = holds.indices.filter { answers[$0] == nil }
      let available = view.available(open.flatMap { holds[$0].lines }.map(\.sku))
      let allocated = StockRules.allocate(available: available, holds: open.map { holds[$0] })
      let admitted = zip(open, allocated).filter { $1 == .taken }.map(\.0)
      write(admitted, holds, answers, isFast: true) { [self] answers in
        let late = holds.indices.filter { answers[$0] == nil }
        look(late, holds, answers) { [self] answers in
          write(holds.indices.filter { answers[$0] == nil }, holds, answers, isFast: false, done)
        }
      }
    }
  }

  private func look(
    _ indices: [Int], _ holds: [HoldRequest], _ known: Answers, _ done: @escaping (Answers) -> Void,
    _ tries: Int = 0
  ) {
    guard !indices.isEmpty else { return done(known) }
    let asked = indices.map { holds[$0] }
    var stored: [OrderID: StoredHold] = [:]
    var stock: [SKU: StockFigures] = [:]
    let skus = Set(asked.flatMap(\.lines).map(\.sku)).sorted()
    var statements = [StockSQL.selectStock(skus, locks: false) { stock = $0 }]
    if shop.mutation != .ownHoldNotLookedFor {
      statements.append(StockSQL.selectHolds(asked.map(\.orderID)) { stored = $0 })
    }
    writes.pipeline(statements) { [self] error in
      var answers = known
      if let error {
        if error.isConnectionLost, tries < 5 { return look(indices, holds, known, done, tries + 1) }
        let failure = WriteFailure(reading: error)
        for index in indices { answers[index] = .failure(failure) }
        return done(answers)
      }
      view.note(stock)
      let found = FoundHolds(new: [], stored: stored, stock: stock)
      for (index, hold) in zip(indices, asked) {
        answers[index] = StockRules.look(hold, found).map { .success($0) }
      }
      done(answers)
    }
  }

  private func write(
    _ indices: [Int], _ holds: [HoldRequest], _ known: Answers, isFast: Bool,
    _ done: @escaping (Answers) -> Void
  ) {
    guard !indices.isEmpty else { return done(known) }
    var written: [HoldAnswer] = []
    let fast: SimStream<SimStock>.Path<HoldRequest> = { [self] holds, position, _, heard in
      fastPath(holds, position) { error in
        if error == nil { written = holds.map { _ in .held } }
        heard(error, true)
      }
    }
    stream.write(
      indices.map { holds[$0] }, fast: isFast ? fast : nil,
      slow: { [self] holds, position, _, heard in
        slowPath(holds, position) { answers, error, isLogged in
          written = answers
          heard(error, isLogged)
        }
      }
    ) { failure in
      var answers = known
      for (place, index) in indices.enumerated() {
        answers[index] =
          failure.map { .failure($0) }
          ?? (place < written.count ? .success(written[place]) : .failure(.unforeseen))
      }
      done(answers)
    }
  }

  private func sums(_ holds: [HoldRequest]) -> [(sku: SKU, quantity: Int64)] {
    var sums: [SKU: Int64] = [:]
    for line in holds.flatMap(\.lines) {
      let before = shop.mutation == .skuNotSummed ? 0 : sums[line.sku, default: 0]
      sums[line.sku] = before + Int64(line.quantity)
    }
    return sums.map { (sku: $0.key, quantity: $0.value) }.sorted { $0.sku < $1.sku }
  }

  private func fastPath(
    _ holds: [HoldRequest], _ position: LogPosition, _ done: @escaping (PostgresError?) -> Void
  ) {
    var after: [SKU: StockFigures] = [:]
    let sums = sums(holds)
    writes.pipeline([
      StockSQL.insertLog(position),
      StockSQL.insertHolds(holds, at: database.wallClock),
      StockSQL.selectStock(sums.map(\.sku), locks: true) { _ in },
      StockSQL.reserve(sums) { after = $0 },
      StockSQL.insertLines(holds, shop.history),
    ]) { [self] error in
      if error == nil { view.note(after) }
      done(error)
    }
  }

  private func slowPath(
    _ holds: [HoldRequest], _ position: LogPosition,
    _ done: @escaping ([HoldAnswer], PostgresError?, _ isLogged: Bool) -> Void
  ) {
    var new: Set<OrderID> = []
    var stored: [OrderID: StoredHold] = [:]
    var stock: [SKU: StockFigures] = [:]
    var after: [SKU: StockFigures] = [:]
    var answers: [HoldAnswer] = []
    let skus = Set(holds.flatMap(\.lines).map(\.sku)).sorted()
    writes.transaction([
      StockSQL.insertNewHolds(holds, at: database.wallClock) { new = $0 },
      StockSQL.selectHolds(holds.map(\.orderID)) { stored = $0 },
      StockSQL.selectStock(skus, locks: true) { stock = $0 },
    ]) { [self] in
      let found = FoundHolds(new: new, stored: stored, stock: stock)
      guard let judged = StockRules.judge(holds, found) else {
        shop.history.breach("unforeseen: a hold neither inserted nor found")
        return nil
      }
      answers = judged
      let fresh = zip(holds, judged).filter { new.contains($0.0.orderID) }
      let winners = fresh.filter { $1 == .held }.map(\.0)
      guard !winners.isEmpty else { return nil }
      return [
        StockSQL.deleteHolds(fresh.filter { $1 != .held }.map(\.0.orderID)),
        StockSQL.reserve(sums(winners)) { after = $0 },
        StockSQL.insertLines(winners, shop.history),
        StockSQL.insertLog(position),
      ]
    } _: { [self] error, isCommitted in
      if error == nil { view.note(isCommitted ? after : stock) }
      done(answers, error, isCommitted)
    }
  }

  /// `StockStore.apply`.
  private func apply(
    _ change: StockChange, _ done: @escaping (Result<StockChangeAnswer, WriteFailure>) -> Void
  ) {
    var answer = StockChangeAnswer.refReused([])
    let skus = change.items.map(\.sku)
    stream.write(
      [change], fast: nil,
      slow: { [self] changes, position, _, heard in
        var ground = StockChangeGround()
        let look = SimStatement<SimStock>(
          keys: { tables in skus.sorted().filter { tables.stock[$0] != nil }.map(SimKey.stock) }
        ) { (tables, _) throws(PostgresError) in
          for movement in tables.movements where movement.ref == change.ref {
            ground.earlier[movement.sku] = movement.delta
          }
          ground.stock = tables.figures(skus)
          ground.catalogue = tables.catalogue.mapValues {
            CatalogueEntry(
              price: StockChange.Price(minor: $0.minor, currency: $0.currency), lowMark: 0)
          }
        }
        writes.transaction([look]) {
          answer = StockRules.change(change, on: ground)
          guard case .applied(let figures) = answer else { return nil }
          let apply = SimStatement<SimStock> { (_, transaction) throws(PostgresError) in
            transaction.change { tables in
              for item in change.items {
                tables.movements.append((item.sku, change.ref, item.delta))
              }
              for figure in figures { tables.stock[figure.stock.sku] = figure.stock }
            }
          }
          return [apply, StockSQL.insertLog(position)]
        } _: {
          heard($0, $1)
        }
      }
    ) { failure in done(failure.map { .failure($0) } ?? .success(answer)) }
  }
}

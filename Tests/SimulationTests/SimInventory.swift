import Contracts
import Operations
import Postgres
import RPC

@testable import Inventory
@testable import Orders

/// An inventory process: `InventoryHandlers` over `StockStore`, `HoldSettlement` and
/// `HoldResolver`, with the rules that these use and the simulated database below them.
final class SimInventory {
  typealias Database = SimDatabase<SimStock>
  typealias Session = SimSession<SimStock>
  typealias Statement = SimStatement<SimStock>

  let node: SimNode
  let database: Database
  let shop: SimShop
  var world: SimWorld { node.world }
  private(set) var sessions: [Session] = []
  var writes: Session
  var reads: Session
  var settles: Session
  private var hints: Session
  var view = StockView()
  var stream: SimStream<SimStock>
  private var batcher: SimBatcher<StockWrite, Result<StockWritten, WriteFailure>>?
  private var isHinting = false
  private var hinted: [OrderID] = []

  init(_ node: SimNode, _ database: Database, _ shop: SimShop) {
    self.node = node
    self.database = database
    self.shop = shop
    writes = Session(node, database)
    reads = Session(node, database)
    settles = Session(node, database)
    hints = Session(node, database)
    stream = Self.stream(writes)
    node.didStart = { [unowned self] in begin() }
    begin()
  }

  /// What a start of the process begins with: nothing but the database.
  private func begin() {
    writes = Session(node, database)
    reads = Session(node, database)
    settles = Session(node, database)
    hints = Session(node, database)
    sessions = [writes, reads, settles, hints]
    for session in sessions { session.cutsOneIn = shop.cutsOneIn }
    view = StockView(bias: shop.mutation == .checkDropped ? 1_000_000 : shop.plan.viewBias)
    stream = Self.stream(writes)
    isHinting = false
    hinted = []
    batcher = SimBatcher(caps: shop.plan.caps) { [unowned self] in write($0, $1) }
    node.after(world.draw(1_000...50_000)) { [unowned self] in lookForOldHolds() }
  }

  func dismantle() { batcher = nil }

  private static func stream(_ session: Session) -> SimStream<SimStock> {
    SimStream(
      session, primaryKey: "stock_log_pkey",
      guards: ["hold_pkey", "stock_oversell", "stock_on_hand", "stock_reserved"],
      latest: { tables, stream in
        tables.log.lazy.filter { $0.stream == stream }.map(\.position).max() ?? 0
      }, insertLog: StockSQL.insertLog)
  }

  // MARK: - Calls

  func checkStock(
    _ skus: [SKU], _ reply: @escaping SimNetwork.Reply<[QuotedLine]>
  ) {
    var figures: [SKU: StockFigures] = [:]
    var prices: [SKU: SimStock.Price] = [:]
    let selects = [
      Statement { (tables, _) throws(PostgresError) in figures = tables.figures(skus) },
      Statement { (tables, _) throws(PostgresError) in prices = tables.catalogue },
    ]
    reads.pipeline(selects) { [self] error in
      guard error == nil else { return reply(.failure(SimShop.databaseDown)) }
      view.note(figures)
      reply(
        .success(
          skus.map { sku in
            QuotedLine(
              known: prices[sku] != nil, available: figures[sku]?.available ?? 0,
              unitPriceMinor: prices[sku]?.minor ?? 0, currency: prices[sku]?.currency ?? "")
          }))
    }
  }

  func reserveStock(
    _ holds: [HoldRequest], committed: [OrderID],
    _ reply: @escaping SimNetwork.Reply<[HoldAnswer]>
  ) {
    hint(committed)
    var answers: [HoldAnswer?] = Array(repeating: nil, count: holds.count)
    var missing = holds.count
    var hasFailed = false
    for (index, hold) in holds.enumerated() {
      _ = batcher?.submit(.hold(hold)) { outcome in
        missing -= 1
        if case .success(.hold(let answer)) = outcome {
          answers[index] = answer
        } else {
          hasFailed = true
        }
        guard missing == 0 else { return }
        reply(hasFailed ? .failure(SimShop.databaseDown) : .success(answers.compactMap { $0 }))
      }
    }
  }

  func settleReservations(
    _ settlements: [(id: OrderID, outcome: SettleOutcome)],
    _ reply: @escaping SimNetwork.Reply<Void>
  ) {
    commit(settlements.filter { $0.outcome == .committed }.map(\.id), on: settles) { [self] error in
      guard error == nil else { return reply(.failure(SimShop.databaseDown)) }
      release(settlements.filter { $0.outcome == .released }.map(\.id)) { error in
        reply(error == nil ? .success(()) : .failure(SimShop.databaseDown))
      }
    }
  }

  func adjustStock(
    _ change: StockChange, _ reply: @escaping SimNetwork.Reply<StockChangeAnswer>
  ) {
    _ = batcher?.submit(.change(change)) { outcome in
      guard case .success(.change(let answer)) = outcome else {
        return reply(.failure(SimShop.databaseDown))
      }
      reply(.success(answer))
    }
  }

  // MARK: - Settling

  /// Ids that orders has written: nobody waits for these, and losing them costs a question later.
  private func hint(_ ids: [OrderID]) {
    hinted += ids
    guard !isHinting, !hinted.isEmpty else { return }
    isHinting = true
    let ids = hinted
    hinted = []
    commit(ids, on: hints) { [self] _ in
      isHinting = false
      node.after(5_000) { [self] in hint([]) }
    }
  }

  func commit(
    _ ids: [OrderID], on session: Session, _ done: @escaping (PostgresError?) -> Void
  ) {
    guard !ids.isEmpty else { return done(nil) }
    session.pipeline(StockSQL.commit(ids), done)
  }

  func release(_ ids: [OrderID], _ done: @escaping (PostgresError?) -> Void) {
    guard !ids.isEmpty else { return done(nil) }
    let ids = Array(Set(ids)).sorted()
    var found: [OrderID: StoredHold] = [:]
    var lines: [OrderID: [HoldLine]] = [:]
    let closes = shop.mutation != .noTombstone
    let first = StockSQL.lockForRelease(ids, closesUnknown: closes) { stored, rows in
      found = stored
      lines = rows
    }
    settles.transaction(first) { [self] in
      var freed: [SKU: Int64] = [:]
      var flipping: [OrderID] = []
      for id in ids {
        let settlement = StockRules.settle(state: found[id]?.state, outcome: .released)
        guard settlement.writes, settlement.lowersReserved else { continue }
        flipping.append(id)
        for line in lines[id] ?? [] { freed[line.sku, default: 0] += Int64(line.quantity) }
      }
      // Unknown ids were closed by the first trip, which has to be committed in any case.
      return StockSQL.release(flipping, freed: freed, history: shop.history, closing: ids)
    } _: { error, _ in
      done(error)
    }
  }

  /// Looks for old holds again and again.
  private func lookForOldHolds() {
    let pause = shop.plan.askPause
    let again: () -> Void = { [self] in node.after(pause) { [self] in lookForOldHolds() } }
    let oldest = database.wallClock - shop.plan.askAfter
    // An index answers this without a trip worth simulating when there is nothing to find.
    guard database.isUp,
      database.tables.holds.values.contains(where: { $0.state == .held && $0.heldAt < oldest })
    else { return again() }
    var old: [OrderID] = []
    let select = Statement { [self] (tables, _) throws(PostgresError) in
      let oldest = database.wallClock - shop.plan.askAfter
      old = tables.holds.filter { $1.state == .held && $1.heldAt < oldest }
        .sorted { ($0.value.heldAt, $0.key) < ($1.value.heldAt, $1.key) }.map(\.key)
    }
    settles.pipeline([select]) { [self] error in
      guard error == nil, !old.isEmpty else { return again() }
      if shop.mutation == .releaseByAge { return release(old) { _ in again() } }
      shop.resolve(old, from: node) { [self] answer in
        guard case .success(let fates) = answer else { return again() }
        let response = ResolveOrdersResponse(
          resolutions: fates.map { OrderResolution(orderID: $0.id.description, fate: $0.fate) })
        let settled = HoldResolver.settled(response, asked: old)
        commit(settled.committed, on: settles) { [self] error in
          guard error == nil else { return again() }
          release(settled.released) { _ in again() }
        }
      }
    }
  }
}

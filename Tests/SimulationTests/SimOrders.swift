import Contracts
import Operations
import Postgres
import RPC

@testable import Inventory
@testable import Orders

/// An orders process: the shell of `PlaceOrderFlow`, `OrderStore`, `OrderResolver` and
/// `SettlementRelay` on the simulated network and database. Calls for one order are not joined
/// here: they may meet as they would in two processes, which is the harder case.
final class SimOrders {
  typealias Database = SimDatabase<SimLedger>
  typealias Session = SimSession<SimLedger>
  typealias Statement = SimStatement<SimLedger>
  typealias Answer = Result<Placement, Refusal>

  let node: SimNode
  let database: Database
  let shop: SimShop
  var world: SimWorld { node.world }
  private(set) var sessions: [Session] = []
  var writes: Session
  private var reads: Session
  private var resolves: Session
  var stream: SimStream<SimLedger>
  private var placing = PlacingOrders()
  private var committed = CommittedOrders()
  private var isTelling = false
  var writer: SimBatcher<OrderWrite, Result<OrderWritten, WriteFailure>>?
  private var holder: SimBatcher<Wish, Result<HoldAnswer, RPCError>>?

  struct Wish: Batchable {
    let hold: HoldRequest
    let until: Int64
    var lineCount: Int { hold.lines.count }
    var skus: [SKU] { [] }
  }

  init(_ node: SimNode, _ database: Database, _ shop: SimShop) {
    self.node = node
    self.database = database
    self.shop = shop
    writes = Session(node, database)
    reads = Session(node, database)
    resolves = Session(node, database)
    stream = Self.stream(writes)
    node.didStart = { [unowned self] in begin() }
    begin()
  }

  private func begin() {
    writes = Session(node, database)
    reads = Session(node, database)
    resolves = Session(node, database)
    sessions = [writes, reads, resolves]
    for session in sessions { session.cutsOneIn = shop.cutsOneIn }
    stream = Self.stream(writes)
    placing = PlacingOrders()
    committed = CommittedOrders()
    isTelling = false
    writer = SimBatcher(caps: shop.plan.caps) { [unowned self] in write($0, $1) }
    holder = SimBatcher(caps: shop.plan.caps) { [unowned self] wishes, heard in
      take(wishes, committed.take(), 1, heard)
    }
    node.after(world.draw(1_000...50_000)) { [unowned self] in tellAgain() }
  }

  func dismantle() {
    writer = nil
    holder = nil
  }

  private static func stream(_ session: Session) -> SimStream<SimLedger> {
    SimStream(
      session, primaryKey: "order_log_pkey", guards: ["orders_pkey"],
      latest: { tables, stream in
        tables.log.keys.lazy.filter { $0.stream == stream }.map(\.position).max() ?? 0
      }, insertLog: { LedgerSQL.insertLog($0) })
  }

  // MARK: - Placing

  /// One call: the flow, what it waits for, and when its caller stops waiting.
  private final class Attempt {
    var flow: PlaceOrderFlow
    let until: Int64
    let reply: (Answer) -> Void
    /// Of the action whose outcome is waited for; what comes for an earlier one is too late.
    var step = 0
    var forget: () -> Void = {}

    init(_ flow: PlaceOrderFlow, until: Int64, reply: @escaping (Answer) -> Void) {
      self.flow = flow
      self.until = until
      self.reply = reply
    }
  }

  /// - Parameter isGone: called with what ends the call early, for a caller that goes away.
  func placeOrder(
    _ order: NormalOrder, within timeout: Int64, goesAwayAfter: Int64?,
    _ reply: @escaping (Answer) -> Void
  ) {
    let id: OrderID
    if let key = order.requestID {
      id = OrderRules.orderID(customerID: order.customerID, requestID: key)
    } else {
      id = OrderRules.freshOrderID(
        at: Microseconds(sinceEpoch: node.wallClock), random: &world.random)
    }
    let flow = PlaceOrderFlow(order, as: id, digest: OrderRules.bodyDigest(order))
    let attempt = Attempt(flow, until: world.now + timeout, reply: reply)
    placing.begin(id)
    node.after(timeout) { [self] in end(attempt, .write(.deadline)) }
    if let goesAwayAfter {
      node.after(goesAwayAfter) { [self] in end(attempt, .write(.cancelled)) }
    }
    perform(flow.begin, attempt)
  }

  /// What is waited for goes on by itself; only the call ends.
  private func end(_ attempt: Attempt, _ refusal: Refusal) {
    guard attempt.step >= 0 else { return }
    attempt.forget()
    go(attempt, .failed(refusal))
  }

  private func go(_ attempt: Attempt, _ event: PlaceOrderFlow.Event) {
    attempt.forget = {}
    perform(attempt.flow.next(event), attempt)
  }

  private func perform(_ action: PlaceOrderFlow.Action, _ attempt: Attempt) {
    attempt.step += 1
    let step = attempt.step
    let heard: (PlaceOrderFlow.Event) -> Void = { [self] event in
      if attempt.step == step { go(attempt, event) }
    }
    let order = attempt.flow.order
    switch action {
    case .quote:
      shop.quote(order.lines.map(\.sku), from: node, within: attempt.until - world.now) { answer in
        switch answer {
        case .success(let lines): heard(.quoted(lines))
        case .failure(let error): heard(.failed(.inventoryUnavailable(error.code)))
        }
      }
    case .hold: hold(attempt, heard)
    case .write(let lines, let total): write(attempt, lines, total, heard)
    case .read:
      guard shop.mutation != .ownRowNotRead else { return heard(.read(nil)) }
      var found: StoredOrder?
      let id = attempt.flow.orderID
      reads.pipeline([LedgerSQL.selectOrders([id]) { found = $0[id] }]) { error in
        heard(error.map { .failed(.write(WriteFailure(reading: $0))) } ?? .read(found))
      }
    case .end(let answer, let closesID):
      attempt.step = -1
      placing.end(attempt.flow.orderID)
      if closesID { close(attempt.flow.orderID) }
      if case .failure(.write(.deadline)) = answer, shop.mutation == .releaseOnTimeout {
        shop.settle([(attempt.flow.orderID, .released)], from: node) { _ in }
      }
      attempt.reply(answer)
    }
  }

  private func hold(_ attempt: Attempt, _ heard: @escaping (PlaceOrderFlow.Event) -> Void) {
    let order = attempt.flow.order
    let hold = HoldRequest(
      orderID: attempt.flow.orderID,
      lines: order.lines.map { HoldLine(sku: $0.sku, quantity: $0.quantity) })
    let ticket = holder?.submit(Wish(hold: hold, until: attempt.until)) { answer in
      switch answer {
      case .failure(let error): heard(.failed(.inventoryUnavailable(error.code)))
      case .success(let held): heard(.held(InventoryCaller.Held(held)))
      }
    }
    attempt.forget = { [self] in if let ticket { holder?.forget(ticket) } }
  }

  /// `Holds.take`: the same call up to three times, and nothing is ever released.
  private func take(
    _ wishes: [Wish], _ hints: [OrderID], _ tries: Int,
    _ heard: @escaping ([Result<HoldAnswer, RPCError>]) -> Void
  ) {
    let left = (wishes.map(\.until).max() ?? world.now) - world.now
    let timeout = tries >= 3 ? left : left / 2
    shop.reserve(
      wishes.map(\.hold), committed: hints, from: node, within: max(1, timeout)
    ) { [self] answer in
      switch answer {
      case .success(let answers): heard(answers.map { .success($0) })
      case .failure(let error):
        guard tries < 3, left > timeout else { return heard(wishes.map { _ in .failure(error) }) }
        node.after(20_000 << Int64(tries - 1)) { [self] in take(wishes, hints, tries + 1, heard) }
      }
    }
  }

  private func write(
    _ attempt: Attempt, _ lines: [PricedLine], _ total: Int64,
    _ heard: @escaping (PlaceOrderFlow.Event) -> Void
  ) {
    let order = attempt.flow.order
    let new = NewOrder(
      orderID: attempt.flow.orderID, customerID: order.customerID, requestID: order.requestID,
      currency: order.currency, totalMinor: total, bodyDigest: attempt.flow.digest,
      createdAt: Microseconds(sinceEpoch: node.wallClock), lines: lines)
    let ticket = writer?.submit(.place(new)) { [self] written in
      switch written {
      case .failure(let failure): heard(.failed(.write(failure)))
      case .success(.placed):
        committed.add(new.orderID)
        heard(.placed(new))
      case .success(.stored(let stored)): heard(.stored(stored))
      case .success(.cancellation): heard(.failed(.write(.unforeseen)))
      }
    }
    if shop.mutation == .receiptBeforeCommit { heard(.placed(new)) }
    attempt.forget = { [self] in if let ticket { writer?.forget(ticket) } }
  }

  /// `OrderResolver.abandon`.
  private func close(_ id: OrderID) {
    resolves.pipeline([
      LedgerSQL.insertAborted([id], at: database.wallClock),
      LedgerSQL.insertSettleDue([id]) { [self] in database.wallClock },
    ]) { [self] error in if error == nil { tell {} } }
  }

  // MARK: - Settling

  func resolveOrders(
    _ ids: [OrderID], _ reply: @escaping SimNetwork.Reply<[(id: OrderID, fate: OrderFate)]>
  ) {
    let asked = ids.filter { !placing.contains($0) }
    var states: [OrderID: StoredOrder] = [:]
    let answer: () -> Void = {
      reply(.success(ids.map { ($0, states[$0].map { OrderFate($0.state) } ?? .inFlight) }))
    }
    guard !asked.isEmpty else { return answer() }
    // The states are read by the statement after the insert, which sees its rows.
    resolves.pipeline([LedgerSQL.insertAborted(asked, at: database.wallClock)]) { [self] error in
      guard error == nil else { return reply(.failure(SimShop.databaseDown)) }
      resolves.pipeline([LedgerSQL.selectOrders(asked) { states = $0 }]) { error in
        guard error == nil else { return reply(.failure(SimShop.databaseDown)) }
        answer()
      }
    }
  }

  private func tellAgain() {
    tell { [self] in node.after(shop.plan.relayPause) { [self] in tellAgain() } }
  }

  /// `SettlementRelay.tellOnce`.
  private func tell(_ done: @escaping () -> Void) {
    guard !isTelling, database.isUp, !database.tables.due.isEmpty else { return done() }
    isTelling = true
    let over: () -> Void = { [self] in
      isTelling = false
      done()
    }
    var due: [(id: OrderID, since: Int64)] = []
    let select = Statement { (tables, _) throws(PostgresError) in
      due = tables.due.map { (id: $0.key, since: $0.value) }.sorted { $0.id < $1.id }
    }
    resolves.pipeline([select]) { [self] error in
      guard error == nil, !due.isEmpty else { return over() }
      var states: [OrderID: StoredOrder] = [:]
      resolves.pipeline([LedgerSQL.selectOrders(due.map(\.id)) { states = $0 }]) { [self] error in
        guard error == nil else { return over() }
        let told = due.filter { states[$0.id] != nil }
        let settlements = told.compactMap { one in
          states[one.id].map { order in
            (id: one.id, outcome: SettleOutcome(HoldState(of: order.state)))
          }
        }
        shop.settle(settlements, from: node) { [self] answer in
          guard case .success = answer else { return over() }
          resolves.pipeline([LedgerSQL.deleteSettleDue(told)]) { _ in over() }
        }
      }
    }
  }

  func tellSoon() { tell {} }
}

extension InventoryCaller.Held {
  init(_ answer: HoldAnswer) {
    self =
      switch answer {
      case .held, .committed: .held
      case .released: .released
      case .conflict: .conflict
      case .outOfStock(let lines):
        .outOfStock(
          lines.map {
            Orders.Shortfall(sku: $0.sku, requested: $0.requested, available: $0.available)
          })
      case .unknownSKU(let skus): .unknownSKU(skus)
      }
  }
}

extension SettleOutcome {
  init(_ state: HoldState) { self = state == .released ? .released : .committed }
}

internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Tells inventory what became of orders whose holds have to hear of it: those that were cancelled,
/// and those that were given up.
///
///     settle_due row ──▶ state of its order ──▶ SettleReservations ──acknowledged──▶ row deleted
///
/// What is due stands in the database, so any replica tells it, and a row outlives whoever wrote
/// it. Telling twice changes nothing.
struct SettlementRelay: Sendable {
  let pool: PostgresPool
  let inventory: any InventoryService
  let settings: OrdersSettings
  let logger: Logger
  private let wakings: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation

  init(
    pool: PostgresPool, inventory: any InventoryService, settings: OrdersSettings, logger: Logger
  ) {
    self.pool = pool
    self.inventory = inventory
    self.settings = settings
    self.logger = logger
    // One waking that waits stands for any number.
    (wakings, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Something has become due in this process.
  func wake() { waker.yield() }

  /// Ends `run` once it has told what it is telling.
  func stop() { waker.finish() }

  /// Tells what is due whenever something becomes due here, and now and then what others left.
  func run() async {
    let waker = waker
    let ticks = Task { [pause = settings.relayPause] in
      while (try? await Task.sleep(for: pause)) != nil { waker.yield() }
    }
    for await _ in wakings {
      while await tellOnce() == Self.ordersMax {}
    }
    ticks.cancel()
  }

  /// Orders in one call.
  static let ordersMax = DomainLimits.itemsPerCallMax

  /// - Returns: how many were told and acknowledged.
  @discardableResult
  func tellOnce() async -> Int {
    do throws(PostgresError) {
      let due = try await due()
      let settlements = due.map(\.settlement)
      guard !settlements.isEmpty else { return 0 }
      FaultPoint.relayBeforeSend.pass()
      do throws(RPCError) {
        let answer = try await inventory.settleReservations(
          SettleReservationsRequest(settlements: settlements),
          CallContext(deadline: .after(settings.relayTimeMax)))
        guard answer.settlements.map(\.orderID) == settlements.map(\.orderID) else {
          throw InventoryCaller.offContract
        }
      } catch {
        logger.info("what became of \(settlements.count) orders could not be told: \(error)")
        return 0
      }
      FaultPoint.relayAfterAnswer.pass()
      _ = try await pool.query(
        OrderStatements.deleteSettleDue(
          .uuidArray(due.map(\.id.uuid)), .timestampArray(due.map(\.since))))
      FaultPoint.relayAfterDelete.pass()
      return due.count
    } catch {
      logger.info("what became of orders waits: \(error)")
      return 0
    }
  }

  /// What an order calls for, and since when.
  private struct Due {
    let id: OrderID
    let since: Int64
    let settlement: SettledReservation
  }

  /// What each order that is due calls for, as its committed row says after that was read: one that
  /// moves later is due anew, since a later time.
  private func due() async throws(PostgresError) -> [Due] {
    var since: [OrderID: Int64] = [:]
    for row in try await pool.query(OrderStatements.selectSettleDue(.int64(Int64(Self.ordersMax))))
    {
      since[try OrderID(row, 0)] = try row.timestamp(1)
    }
    guard !since.isEmpty else { return [] }
    let rows = try await pool.query(
      OrderResolver.selectStates(.uuidArray(since.keys.map(\.uuid))))
    var due: [Due] = []
    for row in rows {
      let id = try OrderID(row, 0)
      guard let state = OrderState(rawValue: try row.int16(1)) else {
        throw PostgresError(.typeMismatch("an order has a status that is none"))
      }
      due.append(
        Due(
          id: id, since: since[id] ?? 0,
          settlement: SettledReservation(orderID: id.description, state: HoldState(of: state))))
    }
    return due
  }
}

extension HoldState {
  /// What the hold of an order in this state has to be.
  init(of order: OrderState) {
    self =
      switch order {
      case .cancelled, .aborted: .released
      case .confirmed, .shipped, .delivered: .committed
      }
  }
}

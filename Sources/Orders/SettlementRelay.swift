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
      let settlements = try await due()
      guard !settlements.isEmpty else { return 0 }
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
      let told = settlements.compactMap { OrderID($0.orderID)?.uuid }
      _ = try await pool.query(OrderStatements.deleteSettleDue(.uuidArray(told)))
      return told.count
    } catch {
      logger.info("what became of orders waits: \(error)")
      return 0
    }
  }

  /// What each order that is due calls for, as its committed row says now.
  private func due() async throws(PostgresError) -> [SettledReservation] {
    var ids: [OrderID] = []
    for row in try await pool.query(OrderStatements.selectSettleDue(.int64(Int64(Self.ordersMax))))
    {
      ids.append(try OrderID(row, 0))
    }
    guard !ids.isEmpty else { return [] }
    let rows = try await pool.query(OrderResolver.selectStates(.uuidArray(ids.map(\.uuid))))
    var settlements: [SettledReservation] = []
    for row in rows {
      let id = try OrderID(row, 0).description
      switch OrderState(rawValue: try row.int16(1)) {
      case .cancelled, .aborted:
        settlements.append(SettledReservation(orderID: id, state: .released))
      case .confirmed, .shipped, .delivered:
        settlements.append(SettledReservation(orderID: id, state: .committed))
      case nil: throw PostgresError(.typeMismatch("an order has a status that is none"))
      }
    }
    return settlements
  }
}

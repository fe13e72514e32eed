internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Settles holds that have stood for long, by asking orders what became of them.
///
///     held ──asked: confirmed──▶ committed           reserved stays
///       ├────asked: cancelled, aborted──▶ released   reserved falls, once
///       └────in flight, or no answer──▶ held         asked again
///
/// Only an answer settles: no clock, no time-out and no lost connection ever frees a piece, because
/// the order it is held for may exist.
public struct HoldResolver: Sendable {
  private let pool: PostgresPool
  private let settlement: HoldSettlement
  private let orders: any OrdersService
  private let settings: InventorySettings
  private let logger: Logger

  init(
    pool: PostgresPool, settlement: HoldSettlement, orders: any OrdersService,
    settings: InventorySettings,
    logger: Logger
  ) {
    self.pool = pool
    self.settlement = settlement
    self.orders = orders
    self.settings = settings
    self.logger = logger
  }

  /// Holds in one question.
  static let holdsMax = DomainLimits.itemsPerCallMax

  /// Looks for old holds again and again, until its task is cancelled.
  public func run() async {
    while !Task.isCancelled {
      // As long as there is a full round of them, the next does not wait.
      if await settleOnce() == Self.holdsMax { continue }
      do { try await Task.sleep(for: settings.askPause) } catch { return }
    }
  }

  /// - Returns: how many holds were settled.
  @discardableResult
  func settleOnce() async -> Int {
    do throws(WriteFailure) {
      let old = try await oldHolds()
      guard !old.isEmpty else { return 0 }
      let fates = await ask(old)
      try await settlement.commit(fates.committed)
      let released = try await settlement.release(
        fates.released, deadline: .after(settings.askTimeMax))
      if released > 0 {
        logger.notice(
          "released what was held for orders that do not exist",
          metadata: ["holds": "\(released)"])
      }
      return fates.committed.count + fates.released.count
    } catch {
      logger.info("old holds stay as they are: \(error)")
      return 0
    }
  }

  private func oldHolds() async throws(WriteFailure) -> [OrderID] {
    let (seconds, attoseconds) = settings.askAfter.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    var ids: [OrderID] = []
    do throws(PostgresError) {
      let rows = try await pool.query(
        Self.selectOldHolds(.int64(microseconds), .int64(Int64(Self.holdsMax))))
      for row in rows { ids.append(try OrderID(row, 0)) }
    } catch {
      throw WriteFailure(reading: error)
    }
    return ids
  }

  private func ask(
    _ ids: [OrderID]
  ) async -> (committed: [OrderID], released: [OrderID]) {
    let answer: ResolveOrdersResponse
    FaultPoint.askBeforeSend.pass()
    do throws(RPCError) {
      answer = try await orders.resolveOrders(
        ResolveOrdersRequest(orderIDs: ids.map(\.description)),
        CallContext(deadline: .after(settings.askTimeMax)))
    } catch {
      logger.info("orders did not say what became of \(ids.count) holds: \(error)")
      return ([], [])
    }
    FaultPoint.askAfterAnswer.pass()
    return Self.settled(answer, asked: ids)
  }

  /// What an answer settles: only what was asked, and only what it says is decided.
  static func settled(
    _ answer: ResolveOrdersResponse, asked ids: [OrderID]
  ) -> (committed: [OrderID], released: [OrderID]) {
    let asked = Set(ids)
    var committed: [OrderID] = [], released: [OrderID] = []
    for resolution in answer.resolutions {
      guard let id = OrderID(resolution.orderID), asked.contains(id) else { continue }
      switch resolution.fate {
      case .confirmed, .shipped, .delivered: committed.append(id)
      case .cancelled, .aborted: released.append(id)
      default: break  // In flight, or something newer than this program: ask again.
      }
    }
    return (committed, released)
  }

  private static let selectOldHolds = Statement(
    name: "hold_select_old",
    sql: """
      SELECT order_id FROM hold
      WHERE state = 1 AND held_at < now() - $1::bigint * interval '1 microsecond'
      ORDER BY held_at LIMIT $2
      """)
}

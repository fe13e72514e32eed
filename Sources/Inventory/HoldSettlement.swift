internal import Contracts
internal import Operations
internal import Postgres
internal import RPC

/// Writes what became of holds, whoever found out: a hint, an answer to our question, or orders
/// itself. Each change happens once, and a release is final.
///
///     none ──released──▶ released          held ──committed──▶ committed ──released──▶ released
///                                            └──────────released──────────────────────────▲
struct HoldSettlement: Sendable {
  let pool: PostgresPool
  let writer: Flusher<StockWrite, StockWritten>

  /// Held becomes committed; no counter moves. Ids without a hold are passed over.
  func commit(_ ids: [OrderID]) async throws(WriteFailure) {
    guard !ids.isEmpty else { return }
    let ids = PostgresValue.uuidArray(ids.map(\.uuid))
    do throws(PostgresError) {
      FaultPoint.settleBeforeCommit.pass()
      _ = try await pool.pipeline([HoldSettler.lockHolds(ids), HoldSettler.commitHolds(ids)])
      FaultPoint.settleAfterCommit.pass()
    } catch {
      throw WriteFailure(error)
    }
  }

  /// Held and committed become released, and their pieces are free again; by way of the write
  /// stream, since it changes stock.
  /// - Returns: how many holds were released.
  @discardableResult
  func release(_ ids: [OrderID], deadline: Deadline) async throws(WriteFailure) -> Int {
    guard !ids.isEmpty else { return 0 }
    guard case .released(let count) = try await writer.submit(.release(ids), deadline: deadline)
    else { throw .unforeseen }
    return count
  }

  /// The state of each hold; no entry for an id that has none.
  func states(_ ids: [OrderID]) async throws(WriteFailure) -> [OrderID: HoldState] {
    var states: [OrderID: HoldState] = [:]
    do throws(PostgresError) {
      let rows = try await pool.query(StockStatements.selectHolds(.uuidArray(ids.map(\.uuid))))
      for row in rows {
        states[try OrderID(row, 0)] = HoldState(rawValue: Int32(try row.int16(1)))
      }
    } catch {
      throw WriteFailure(reading: error)
    }
    return states
  }
}

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
  let releaser: HoldReleaser

  /// Held becomes committed; no counter moves. Ids without a hold are passed over.
  func commit(_ ids: [OrderID]) async throws(WriteFailure) {
    guard !ids.isEmpty else { return }
    let ids = PostgresValue.uuidArray(ids.map(\.uuid))
    do throws(PostgresError) {
      _ = try await pool.pipeline([HoldSettler.lockHolds(ids), HoldSettler.commitHolds(ids)])
    } catch {
      throw WriteFailure(error)
    }
  }

  /// Held and committed become released, and their pieces are free again. Whoever comes second
  /// finds none left to flip and frees nothing. An id without a hold is closed: one that comes late
  /// takes nothing.
  /// - Returns: how many holds were released.
  @discardableResult
  func release(
    _ ids: [OrderID], deadline: Deadline = .never
  ) async throws(WriteFailure) -> Int {
    guard !ids.isEmpty else { return 0 }
    return try await releaser.release(Set(ids), deadline)
  }

  /// The state of each hold; no entry for an id that has none.
  func states(_ ids: [OrderID]) async throws(WriteFailure) -> [OrderID: HoldState] {
    do throws(PostgresError) {
      var states: [OrderID: HoldState] = [:]
      let rows = try await pool.query(StockStatements.selectHolds(.uuidArray(ids.map(\.uuid))))
      for row in rows {
        states[try OrderID(row, 0)] = HoldState(rawValue: Int32(try row.int16(1)))
      }
      return states
    } catch {
      throw WriteFailure(reading: error)
    }
  }

  func stop() async { await releaser.stop() }
}

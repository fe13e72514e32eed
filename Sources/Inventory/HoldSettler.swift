internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC
internal import Synchronization

/// Makes the holds of confirmed orders final: HELD becomes COMMITTED and no counter moves.
///
/// What comes here is a hint. One that is lost costs nothing: the hold stays held, which promises
/// the same pieces. So nobody waits for it, and it has a connection of its own.
struct HoldSettler: Sendable {
  private struct Confirmed: Batchable {
    let orderID: OrderID
    var lineCount: Int { 0 }
    var skus: [SKU] { [] }
  }

  private let flusher: Flusher<Confirmed, Bool>

  /// Held is the least of the states. Were it called 1 here, the server would go through its index
  /// of open holds and compare each with each of the ids, which took a quarter of all processor
  /// time under load.
  static let commitHolds = Statement(
    name: "hold_commit",
    sql: """
      UPDATE hold SET state = 2, settled_at = now()
      WHERE order_id = ANY ($1::uuid[]) AND state < 2
      """)

  /// Hints in one write. Together they cost less than one by one, and the rows of one moment lie
  /// side by side; still it is over before anybody who needs one of them has waited long.
  private static let hintsMax = 4_000

  /// Locks in the order in which everybody locks holds.
  static let lockHolds = Statement(
    name: "hold_lock",
    sql: """
      SELECT 1 FROM hold WHERE order_id = ANY ($1::uuid[]) AND state < 2
      ORDER BY order_id FOR UPDATE
      """)

  /// - Parameter pause: after each write, in which hints gather for the next.
  init(pool: PostgresPool, pause: Duration = .zero, logger: Logger) {
    var caps = BatchCaps()
    caps.orders = Self.hintsMax
    caps.splitAbove = Self.hintsMax
    flusher = Flusher(caps: caps) { confirmed in
      let ids = PostgresValue.uuidArray(confirmed.map(\.orderID.uuid))
      do throws(PostgresError) {
        _ = try await pool.pipeline([Self.lockHolds(ids), Self.commitHolds(ids)])
        if pause > .zero { try? await Task.sleep(for: pause) }
        return confirmed.map { _ in .success(true) }
      } catch {
        logger.info("hints about confirmed orders are dropped: \(error)")
        return confirmed.map { _ in .failure(WriteFailure(error)) }
      }
    }
  }

  /// Takes hints and returns at once. Past the queue's limit they are dropped.
  func commit(_ ids: [OrderID]) {
    flusher.offer(ids.map(Confirmed.init))
  }

  func stop() async { await flusher.stop() }
}

internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Proves the stock equations: nothing is oversold, what is reserved is what holds hold, and what
/// is on hand is the sum of its movements.
struct StockAuditor: Sendable {
  private let pool: PostgresPool
  private let logger: Logger

  /// Most violations of an answer; a shop with more has other worries than the rest.
  static let violationsMax = 1000

  init(pool: PostgresPool, logger: Logger) {
    self.pool = pool
    self.logger = logger
  }

  func audit(limit: Int, deadline: Deadline) async throws(WriteFailure) -> ReconcileStockResponse {
    do throws(PostgresError) {
      // One statement sees one snapshot: a batch that commits meanwhile is in it whole or not at
      // all, so no change under way is taken for a violation.
      let rows = try await pool.query(
        StockStatements.violations(.int64(Int64(limit) + 1)),
        deadline: deadline.remaining.map { .now + $0 })
      var response = ReconcileStockResponse()
      for row in rows {
        let equation = try row.text(0)
        if equation == Self.counts {
          response.skusChecked = try row.int64(3)
          response.holdsChecked = try row.int64(4)
        } else if response.violations.count == limit {
          response.truncated = true
        } else {
          response.violations.append(
            StockViolation(
              equation: equation, sku: try row.text(1), orderID: try row.text(2),
              expected: try row.int64(3), found: try row.int64(4)))
        }
      }
      if !response.violations.isEmpty {
        logger.error(
          "stock equations do not hold", metadata: ["violations": "\(response.violations.count)"])
      }
      return response
    } catch {
      logger.warning("cannot reconcile stock: \(error)")
      throw WriteFailure(reading: error)
    }
  }

  /// What the row of the counts says in place of an equation.
  private static let counts = "counts"
}

internal import Logging

/// What to do with a transaction after its first trip.
public enum TransactionStep<Decision: Sendable>: Sendable {
  /// Run these, then commit.
  case commit([BoundStatement], Decision)
  case rollBack(Decision)
}

/// How a transaction of two trips ended.
public struct TransactionResult<Decision: Sendable>: Sendable {
  public var decision: Decision
  /// The answers of the second trip, one for each of its statements; empty after a roll-back.
  public var rows: [Rows]
  public var isCommitted: Bool
}

extension PostgresConnection {
  static let begin = Statement(name: "orderly_begin", sql: "BEGIN")
  static let commit = Statement(name: "orderly_commit", sql: "COMMIT")
  static let rollBack = Statement(name: "orderly_rollback", sql: "ROLLBACK")

  /// Runs a transaction in two round trips: `BEGIN` and the first statements; then what `decide`
  /// makes of their answers, and `COMMIT`. A refusal in either trip, or an error of `decide`,
  /// rolls everything back.
  ///
  /// `decide` runs on the connection's thread while the first trip's locks are held, so it must
  /// not wait for anything. Until `COMMIT` is queued a loss means that nothing was committed, and
  /// until then it may be given up; see `cancelTransactions`.
  public func transaction<Decision: Sendable>(
    _ first: [BoundStatement],
    deciding decide: @Sendable ([Rows]) throws(PostgresError) -> TransactionStep<Decision>
  ) throws(PostgresError) -> TransactionResult<Decision> {
    let opening = try encode([Self.begin()] + first)
    let link = try openLink()
    do throws(PostgresError) {
      // This trip ends with a Sync too, not with a mere flush: only after a Sync does the server
      // count the session as idle in transaction and end it when we are stopped between the trips.
      let rows = try counting(from: -1) { () throws(PostgresError) in
        try trip(opening, on: link, commits: false, cancelAt: transactionsEnd)
      }
      let step = try decide(Array(rows.dropFirst()))
      // The last moment: the commit travels with the second trip.
      if let transactionsEnd, transactionsEnd <= .now { throw PostgresError(.deadlineExceeded) }
      switch step {
      case .commit(let second, let decision):
        let closing = try encode(second + [Self.commit()])
        let answers = try counting(from: first.count) { () throws(PostgresError) in
          try trip(closing, on: link, commits: true)
        }
        guard answers.last?.commandTag == "COMMIT" else {
          throw PostgresError(.protocolViolation("COMMIT answered otherwise"), outcome: .unknown)
        }
        return TransactionResult(
          decision: decision, rows: Array(answers.dropLast()), isCommitted: true)
      case .rollBack(let decision):
        _ = try trip(try encode([Self.rollBack()]), on: link, commits: false)
        return TransactionResult(decision: decision, rows: [], isCommitted: false)
      }
    } catch {
      endFailedTransaction()
      throw error
    }
  }

  /// From here on a transaction of two trips is given up at `instant`, and rolled back, unless its
  /// second trip is on its way by then: that one carries the `COMMIT`, and to cancel it would leave
  /// the outcome unknown. Whoever shares the connection sets this for each transaction anew.
  public func cancelTransactions(at instant: ContinuousClock.Instant?) {
    transactionsEnd = instant
  }

  /// Lets an error's index count the caller's statements through both trips, without our BEGIN.
  private func counting<Answer>(
    from offset: Int, _ body: () throws(PostgresError) -> Answer
  ) throws(PostgresError) -> Answer {
    do throws(PostgresError) {
      return try body()
    } catch {
      throw PostgresError(
        error.reason, outcome: error.outcome,
        statementIndex: error.statementIndex.map { max($0 + offset, 0) })
    }
  }

  /// Leaves the session as it was before `BEGIN`. Ending the session does so as well, and is what
  /// happens when the roll-back is refused.
  private func endFailedTransaction() {
    guard let link else { return }
    do throws(PostgresError) {
      _ = try trip(try encode([Self.rollBack()]), on: link, commits: false)
    } catch {
      logger.debug("a failed transaction is ended by closing its connection: \(error)")
      close()
    }
  }
}

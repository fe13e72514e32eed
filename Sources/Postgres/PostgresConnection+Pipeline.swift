extension PostgresConnection {
  /// Runs statements as one transaction in one round trip: they travel together and end with one
  /// Sync, at which the server commits all of them, or none.
  ///
  /// - Parameter deadline: when to ask the server to give up. Only for reads: a pipeline that
  ///   writes carries its commit with it, and cancelling it would leave the outcome unknown.
  /// - Returns: one answer for each statement, in order.
  public func pipeline(
    _ statements: [BoundStatement], cancelAt deadline: ContinuousClock.Instant? = nil
  ) throws(PostgresError) -> [Rows] {
    guard !statements.isEmpty else { return [] }
    let batch = try encode(statements)
    let link = try openLink()
    return try trip(batch, on: link, commits: true, cancelAt: deadline)
  }

  /// One statement as a transaction of its own.
  public func query(
    _ statement: BoundStatement, cancelAt deadline: ContinuousClock.Instant? = nil
  ) throws(PostgresError) -> Rows {
    let rows = try pipeline([statement], cancelAt: deadline)
    guard let first = rows.first else { throw PostgresError(.protocolViolation("no answer")) }
    return first
  }
}

/// A statement ready for the wire, and whether this session still has to prepare it.
struct EncodedStatement {
  var statement: Statement
  var types: [PostgresType]
  var values: EncodedParameters
  var isNew: Bool
}

extension PostgresConnection {
  /// Finds every fault a caller can make before a byte is sent.
  func encode(_ statements: [BoundStatement]) throws(PostgresError) -> [EncodedStatement] {
    var batch: [EncodedStatement] = []
    batch.reserveCapacity(statements.count)
    var new: [String: PreparedStatement] = [:]
    for (index, bound) in statements.enumerated() {
      let statement = bound.statement
      let types = bound.parameters.map(\.type)
      let known = prepared[statement.name] ?? new[statement.name]
      if let known {
        guard known.sql == statement.sql, known.types == types else {
          throw PostgresError(
            .invalidStatement(
              "\(statement.name) is prepared with another text or other types than \(types)"),
            statementIndex: index)
        }
      } else {
        guard (1...Statement.nameBytesMax).contains(statement.name.utf8.count) else {
          throw PostgresError(
            .invalidStatement("the name '\(statement.name)' is not of 1 to 63 bytes"),
            statementIndex: index)
        }
        new[statement.name] = PreparedStatement(sql: statement.sql, types: types)
      }
      let values: EncodedParameters
      do throws(PostgresError) {
        values = try EncodedParameters(bound.parameters)
      } catch {
        throw PostgresError(error.reason, statementIndex: index)
      }
      batch.append(
        EncodedStatement(
          statement: statement, types: types, values: values, isNew: known == nil))
    }
    return batch
  }

  /// Sends a batch with its Sync and reads all answers.
  ///
  /// - Parameter commits: whether the Sync, once written, may commit something. From then on a
  ///   loss leaves the outcome unknown. libpq does not tell how much of its queue it wrote before
  ///   a failure, so "queued" counts as "written".
  func trip(
    _ batch: [EncodedStatement], on link: LibpqLink, commits: Bool,
    cancelAt deadline: ContinuousClock.Instant? = nil
  ) throws(PostgresError) -> [Rows] {
    var outcome = PostgresError.Outcome.notCommitted
    do throws(LibpqLink.Failure) {
      for encoded in batch {
        if encoded.isNew { try link.sendPrepare(encoded.statement, types: encoded.types) }
        // The server acts on a COMMIT as it reads it, without waiting for the Sync behind it.
        if commits && encoded.statement == Self.commit { outcome = .unknown }
        try link.sendExecute(encoded.statement.name, encoded.values)
      }
      if commits { outcome = .unknown }
      try link.sendSync()
    } catch {
      close()
      throw PostgresError(.connectionLost(error.message), outcome: outcome)
    }
    return try receive(batch, on: link, outcome: outcome, cancelAt: deadline)
  }

  private func receive(
    _ batch: [EncodedStatement], on link: LibpqLink, outcome: PostgresError.Outcome,
    cancelAt deadline: ContinuousClock.Instant?
  ) throws(PostgresError) -> [Rows] {
    var patience = LibpqLink.Patience(silenceMax: settings.silenceMax, cancelAt: deadline)
    var collected = PipelineAnswers(batch)
    do throws(LibpqLink.Failure) {
      while !collected.isComplete {
        collected.take(try link.next(&patience))
      }
    } catch {
      close()
      throw PostgresError(.connectionLost(error.message), outcome: outcome)
    }
    for statement in collected.nowPrepared {
      prepared[statement.statement.name] =
        PreparedStatement(sql: statement.statement.sql, types: statement.types)
    }
    if let violation = collected.violation {
      // What the session will say next is anyone's guess, so it ends here.
      close()
      throw PostgresError(.protocolViolation(violation), outcome: outcome)
    }
    if let refusal = collected.refusal {
      if refusal.error.sqlState == .readOnlyTransaction {
        // The server became a standby; the next connect looks for the one that is not.
        close()
      }
      if refusal.error.sqlState == .queryCanceled, deadline != nil, patience.cancelAt == nil {
        throw PostgresError(.deadlineExceeded, statementIndex: refusal.index)
      }
      throw PostgresError(.server(refusal.error), statementIndex: refusal.index)
    }
    return collected.rows
  }
}

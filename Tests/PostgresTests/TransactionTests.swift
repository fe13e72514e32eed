import Dispatch
import Postgres
import Testing

@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
  static let insert = Statement(name: "insert", sql: "INSERT INTO t VALUES ($1) RETURNING n")

  static func table() async throws -> (TestDatabase, PostgresConnection) {
    let database = try await TestDatabase()
    try await database.observer.script("CREATE TABLE t (n int PRIMARY KEY)")
    return (database, try await database.connect())
  }

  @Test func `the second trip is made from the answers of the first`() async throws {
    let (database, connection) = try await Self.table()
    let result = try await connection.transaction([
      Self.insert(.int32(1)), Self.insert(.int32(2)),
    ]) { rows throws(PostgresError) in
      var sum: Int32 = 0
      for answer in rows { sum += try answer.single().int32(0) }
      return .commit([Self.insert(.int32(sum))], "sum \(sum)")
    }
    #expect(result.decision == "sum 3")
    #expect(result.isCommitted)
    #expect(try result.rows.map { try $0.single().int32(0) } == [3])
    #expect(try await database.count("t") == 3)
  }

  @Test func `a decision to roll back leaves nothing`() async throws {
    let (database, connection) = try await Self.table()
    let result = try await connection.transaction([Self.insert(.int32(1))]) { _ in
      TransactionStep.rollBack(7)
    }
    #expect(result.decision == 7)
    #expect(!result.isCommitted)
    #expect(try await database.count("t") == 0)
    _ = try await connection.query(Self.insert(.int32(1)))
    #expect(try await database.count("t") == 1)
  }

  @Test func `an error of the decision rolls back and is thrown`() async throws {
    let (database, connection) = try await Self.table()
    let error = try await refusal {
      try await connection.transaction([Self.insert(.int32(1))]) { rows throws(PostgresError) in
        _ = try rows[0].single().text(0)
        return TransactionStep.commit([], ())
      }
    }
    guard case .typeMismatch = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(try await database.count("t") == 0)
    #expect(connection.isOpen)
    _ = try await connection.query(Self.insert(.int32(1)))
  }

  @Test func `a refusal in either trip leaves nothing and counts the caller's statements`()
    async throws
  {
    let (database, connection) = try await Self.table()
    let first = try await refusal {
      try await connection.transaction([Self.insert(.int32(1)), Self.insert(.int32(1))]) { _ in
        TransactionStep.commit([], ())
      }
    }
    #expect(first.sqlState == .uniqueViolation)
    #expect(first.constraint == "t_pkey")
    #expect(first.statementIndex == 1)
    let second = try await refusal {
      try await connection.transaction([Self.insert(.int32(1))]) { _ in
        TransactionStep.commit([Self.insert(.int32(2)), Self.insert(.int32(1))], ())
      }
    }
    #expect(second.statementIndex == 2)
    #expect(second.outcome == .notCommitted)
    #expect(try await database.count("t") == 0)
    _ = try await connection.query(Self.insert(.int32(1)))
  }

  /// A stopped process must not hold its row locks for as long as it is stopped.
  @Test func `the server ends a session that falls silent between the trips`() async throws {
    let (database, _) = try await Self.table()
    var settings = PostgresSettings.writing
    settings.idleInTransactionTimeout = .milliseconds(20)
    let connection = try await database.connect(settings)
    let process = try await connection.serverProcessID()
    let isGone = DispatchSemaphore(value: 0)
    async let error = refusal {
      try await connection.transaction([Self.insert(.int32(1))]) { _ in
        isGone.wait()  // On the connection's thread, as a stopped process would.
        return TransactionStep.commit([Self.insert(.int32(2))], ())
      }
    }
    try await eventually { try await !database.isAlive(process) }
    isGone.signal()
    let lost = try await error
    #expect(lost.isConnectionLost)
    #expect(try await database.count("t") == 0)
    #expect(!connection.isOpen)
  }

  @Test func `a lock that is not had in time is a reason to try again`() async throws {
    let (database, connection) = try await Self.table()
    _ = try await connection.pipeline([Self.insert(.int32(1)), Self.insert(.int32(2))])
    var settings = PostgresSettings.writing
    settings.lockTimeout = .milliseconds(20)
    let impatient = try await database.connect(settings)
    let lock = Statement(name: "lock", sql: "SELECT n FROM t WHERE n = $1 FOR UPDATE")
    try await database.observer.script("BEGIN; SELECT n FROM t WHERE n = 1 FOR UPDATE")
    let error = try await refusal { try await impatient.query(lock(.int32(1))) }
    #expect(error.sqlState == .lockNotAvailable)
    #expect(error.isRetryable)
    try await database.observer.script("ROLLBACK")
  }
}

import Postgres
import Testing

/// A transaction is given up in time, but never once its commit is on its way. What each test waits
/// for is that a session stands at a lock, never that some time has passed.
@Suite(.timeLimit(.minutes(2))) struct TransactionEndTests {
  private static let insert = TransactionTests.insert
  private static let lock = Statement(name: "lock", sql: "SELECT n FROM t WHERE n = 1 FOR UPDATE")

  /// A table whose row 1 somebody else has locked.
  private static func locked() async throws -> (TestDatabase, TestDatabase, PostgresConnection) {
    let (database, _) = try await TransactionTests.table()
    try await database.observer.script("INSERT INTO t VALUES (1)")
    try await database.observer.script("BEGIN; SELECT n FROM t WHERE n = 1 FOR UPDATE")
    return (
      database, try await TestDatabase.watching(database), try await database.connect(.patient)
    )
  }

  @Test func `a first trip that waits for a lock is given up at its end`() async throws {
    let (database, watching, connection) = try await Self.locked()
    await connection.cancelTransactions(at: .now + .milliseconds(20))
    let error = try await refusal {
      try await connection.transaction([Self.insert(.int32(2)), Self.lock()]) { _ in
        TransactionStep.commit([], ())
      }
    }
    #expect(error.reason == .deadlineExceeded && error.outcome == .notCommitted)
    #expect(try await watching.blockedCount() == 0)
    try await database.observer.script("ROLLBACK")
    // The session is as it was before, and lets the next transaction run.
    #expect(connection.isOpen)
    await connection.cancelTransactions(at: nil)
    let next = try await connection.transaction([Self.lock()]) { _ in
      TransactionStep.commit([Self.insert(.int32(3))], ())
    }
    #expect(next.isCommitted)
    #expect(try await database.count("t") == 2)
  }

  @Test func `an end that comes between the trips rolls back`() async throws {
    let (database, connection) = try await TransactionTests.table()
    let end = ContinuousClock.now + .milliseconds(5)
    await connection.cancelTransactions(at: end)
    let error = try await refusal {
      try await connection.transaction([Self.insert(.int32(1))]) { _ in
        while ContinuousClock.now <= end {}
        return TransactionStep.commit([Self.insert(.int32(2))], ())
      }
    }
    #expect(error.reason == .deadlineExceeded && error.outcome == .notCommitted)
    #expect(try await database.count("t") == 0)
    #expect(connection.isOpen)
  }

  @Test func `a second trip is never given up, since its commit travels with it`() async throws {
    let (database, watching, connection) = try await Self.locked()
    let end = ContinuousClock.now + .seconds(2)
    await connection.cancelTransactions(at: end)
    async let result = connection.transaction([Self.insert(.int32(2))]) { _ in
      TransactionStep.commit([Self.lock(), Self.insert(.int32(3))], ())
    }
    do {
      try await watching.waitForBlocked()
      while ContinuousClock.now <= end { try await Task.sleep(for: .milliseconds(10)) }
      // It stands at the lock after its end, and goes on when that is gone.
      #expect(try await watching.blockedCount() == 1)
      try await database.observer.script("ROLLBACK")
      #expect(try await result.isCommitted)
      #expect(try await watching.count("t") == 3)
    }
  }

  @Test func `a pipeline is not touched by it`() async throws {
    let (database, watching, connection) = try await Self.locked()
    await connection.cancelTransactions(at: .now - .seconds(1))
    async let rows = connection.pipeline([Self.lock(), Self.insert(.int32(2))])
    try await watching.waitForBlocked()
    try await database.observer.script("ROLLBACK")
    #expect(try await rows.count == 2)
    #expect(try await watching.count("t") == 2)
  }
}

import Postgres
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is known of a transaction when its connection is lost: "not committed" lets it be sent
/// again, so it must never be said of one whose commit may have been read.
@Suite(.timeLimit(.minutes(1))) struct OutcomeTests {
  static let insert = Statement(name: "insert", sql: "INSERT INTO t VALUES ($1)")

  @Test func `a session that died while idle has committed nothing`() async throws {
    let (database, connection) = try await TransactionTests.table()
    try await database.terminate(try await connection.serverProcessID())
    let error = try await refusal { try await connection.query(Self.insert(.int32(1))) }
    #expect(error.isConnectionLost)
    #expect(error.outcome == .notCommitted)
    #expect(!connection.isOpen)
    try await connection.connect()
    _ = try await connection.query(Self.insert(.int32(1)))
  }

  @Test func `a pipeline cut after its Sync is in doubt`() async throws {
    let (database, _) = try await TransactionTests.table()
    let connection = try await database.connect(.patient)
    let process = try await connection.serverProcessID()
    let watcher = try await TestDatabase.watching(database)
    try await database.observer.script("BEGIN; LOCK TABLE t")
    async let error = refusal { try await connection.query(Self.insert(.int32(1))) }
    try await watcher.waitForBlocked()
    try await watcher.terminate(process)
    #expect(try await error.isConnectionLost)
    #expect(try await error.outcome == .unknown)
    #expect(try await !error.isRetryable)
  }

  @Test func `a transaction cut in its first trip has committed nothing`() async throws {
    let (database, _) = try await TransactionTests.table()
    let connection = try await database.connect(.patient)
    let process = try await connection.serverProcessID()
    let watcher = try await TestDatabase.watching(database)
    try await database.observer.script("BEGIN; LOCK TABLE t")
    async let error = refusal {
      try await connection.transaction([Self.insert(.int32(1))]) { _ in
        TransactionStep.commit([], ())
      }
    }
    try await watcher.waitForBlocked()
    try await watcher.terminate(process)
    #expect(try await error.isConnectionLost)
    #expect(try await error.outcome == .notCommitted)
  }

  @Test func `a transaction cut after its COMMIT was sent is in doubt`() async throws {
    let (database, _) = try await TransactionTests.table()
    let connection = try await database.connect(.patient)
    let process = try await connection.serverProcessID()
    let watcher = try await TestDatabase.watching(database)
    try await database.observer.script("BEGIN; LOCK TABLE t")
    async let error = refusal {
      try await connection.transaction([]) { _ in
        TransactionStep.commit([Self.insert(.int32(1))], ())
      }
    }
    try await watcher.waitForBlocked()
    try await watcher.terminate(process)
    #expect(try await error.isConnectionLost)
    #expect(try await error.outcome == .unknown)
  }

  @Test func `a server that falls silent leaves the outcome in doubt`() async throws {
    let (database, _) = try await TransactionTests.table()
    var settings = PostgresSettings.patient
    settings.silenceMax = .milliseconds(50)
    let connection = try await database.connect(settings)
    let process = try await connection.serverProcessID()
    try #require(kill(process, SIGSTOP) == 0)
    defer { kill(process, SIGCONT) }
    let error = try await refusal { try await connection.query(Self.insert(.int32(1))) }
    #expect(error.isConnectionLost)
    #expect(error.outcome == .unknown)
    #expect(!connection.isOpen)
    kill(process, SIGCONT)
    // And so it is: nobody can have told the client that the row is there.
    try await eventually { try await database.count("t") == 1 }
  }
}

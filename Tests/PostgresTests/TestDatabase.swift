import Postgres
import TestSupport
import Testing

/// An empty database of the throw-away server, and ways to look at it from outside.
struct TestDatabase {
  let connectionString: String
  /// A connection of the test's own, on which it watches what the others do.
  let observer: PostgresConnection

  init() async throws {
    connectionString = try await ThrowAwayPostgres.shared.makeDatabase()
    observer = try await Self.connect(connectionString, .patient)
  }

  private init(connectionString: String, observer: PostgresConnection) {
    self.connectionString = connectionString
    self.observer = observer
  }

  /// The same database seen from one more connection, for when the first holds a lock.
  static func watching(_ database: TestDatabase) async throws -> TestDatabase {
    TestDatabase(
      connectionString: database.connectionString,
      observer: try await connect(database.connectionString, .patient))
  }

  /// One database for all tests that only compute and leave nothing behind.
  static let scratch = Task { try await TestDatabase() }

  static func scratchConnection() async throws -> PostgresConnection {
    try await scratch.value.connect()
  }

  func connect(_ settings: PostgresSettings = .writing) async throws -> PostgresConnection {
    try await Self.connect(connectionString, settings)
  }

  private static func connect(
    _ target: String, _ settings: PostgresSettings
  ) async throws -> PostgresConnection {
    let connection = try PostgresConnection(connectionString: target, settings: settings)
    try await connection.connect()
    return connection
  }

  func count(_ table: String) async throws -> Int64 {
    let statement = Statement(name: "count_\(table)", sql: "SELECT count(*) FROM \(table)")
    return try await observer.query(statement()).single().int64(0)
  }

  /// How many sessions of this database wait for a lock.
  func blockedCount() async throws -> Int64 {
    let statement = Statement(
      name: "blocked",
      sql: """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """)
    return try await observer.query(statement()).single().int64(0)
  }

  /// Returns once that many sessions wait for a lock.
  func waitForBlocked(_ count: Int64 = 1) async throws {
    try await eventually { try await blockedCount() == count }
  }

  /// Ends a session as an administrator would, and waits until it is gone.
  func terminate(_ process: Int32) async throws {
    let statement = Statement(name: "terminate", sql: "SELECT pg_terminate_backend($1, 10000)")
    let isGone = try await observer.query(statement(.int32(process))).single().bool(0)
    try #require(isGone)
  }

  func isAlive(_ process: Int32) async throws -> Bool {
    let statement = Statement(
      name: "alive", sql: "SELECT count(*) FROM pg_stat_activity WHERE pid = $1")
    return try await observer.query(statement(.int32(process))).single().int64(0) > 0
  }
}

extension PostgresSettings {
  /// Without limits of time, for sessions that a test keeps in some state on purpose.
  static let patient: PostgresSettings = {
    var settings = PostgresSettings()
    settings.lockTimeout = .zero
    settings.idleInTransactionTimeout = .zero
    settings.silenceMax = .zero
    return settings
  }()
}

/// Asks again until the answer is yes. A condition that never comes is ended by the test's limit.
func eventually(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
}

/// The error a piece of work throws, which must be one of this module.
func refusal<Answer>(
  _ work: () async throws -> Answer, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> PostgresError {
  try #require(
    await #expect(throws: PostgresError.self, sourceLocation: sourceLocation) {
      _ = try await work()
    }, sourceLocation: sourceLocation)
}

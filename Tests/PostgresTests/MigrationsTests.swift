import Crypto
import Postgres
import Testing

@Suite(.timeLimit(.minutes(2))) struct MigrationsTests {
  static let first = Migration(
    name: "0001_first.sql", sql: "CREATE TABLE first (n int); INSERT INTO first VALUES (1);")
  static let second = Migration(
    name: "0002_second.sql",
    sql: "-- A comment with a ; in it\nALTER TABLE first ADD m int;\nINSERT INTO first VALUES (2);")

  private func stored(_ database: TestDatabase) async throws -> [String] {
    let statement = Statement(
      name: "stored", sql: "SELECT name FROM schema_migration ORDER BY applied_at, version")
    return try await database.observer.query(statement()).map { try $0.text(0) }
  }

  @Test func `files are applied once, in the order of their numbers`() async throws {
    let database = try await TestDatabase()
    let migrations = try Migrations(files: [Self.second, Self.first])
    let names = try await migrations.apply(on: database.connectionString)
    #expect(names == ["0001_first.sql", "0002_second.sql"])
    #expect(try await migrations.apply(on: database.connectionString) == [])
    #expect(try await database.count("first") == 2)
    #expect(try await stored(database) == names)
    let row = try await database.observer.query(
      Statement(
        name: "row", sql: "SELECT version, checksum FROM schema_migration WHERE version = 1")()
    ).single()
    #expect(try row.bytes(1) == Array(SHA256.hash(data: Array(Self.first.sql.utf8))))
  }

  @Test func `a later release brings only what is new`() async throws {
    let database = try await TestDatabase()
    let old = try Migrations(files: [Self.first])
    _ = try await old.apply(on: database.connectionString)
    let new = try Migrations(files: [Self.first, Self.second])
    #expect(try await new.apply(on: database.connectionString) == ["0002_second.sql"])
    // And the earlier release, started again, lives with the newer schema.
    #expect(try await old.apply(on: database.connectionString) == [])
  }

  @Test(arguments: 1...10)
  func `eight programs that start together run each file once`(round: Int) async throws {
    let database = try await TestDatabase()
    let migrations = try Migrations(files: [Self.first, Self.second])
    let applied = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<8 {
        group.addTask { try await migrations.apply(on: database.connectionString) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(applied.sorted() == ["0001_first.sql", "0002_second.sql"])
    #expect(try await database.count("first") == 2)
    #expect(try await database.count("schema_migration") == 2)
  }

  @Test func `a file that was changed afterwards stops the start with its name`() async throws {
    let database = try await TestDatabase()
    _ = try await Migrations(files: [Self.first]).apply(on: database.connectionString)
    let changed = Migration(name: "0001_first.sql", sql: Self.first.sql + " ")
    let migrations = try Migrations(files: [changed, Self.second])
    let error = try await refusal { try await migrations.apply(on: database.connectionString) }
    #expect(error.reason == .migrationChanged(name: "0001_first.sql"))
    #expect("\(error)".contains("0001_first.sql"))
    #expect(try await stored(database) == ["0001_first.sql"])
  }

  @Test func `a file that fails leaves neither its row nor its changes`() async throws {
    let database = try await TestDatabase()
    let bad = Migration(
      name: "0002_bad.sql", sql: "CREATE TABLE half (n int); INSERT INTO nowhere VALUES (1);")
    let migrations = try Migrations(files: [Self.first, bad])
    let error = try await refusal { try await migrations.apply(on: database.connectionString) }
    guard case .migrationFailed("0002_bad.sql", let server) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(server.sqlState == .undefinedTable)
    #expect(try await stored(database) == ["0001_first.sql"])
    let half = try await refusal { try await database.count("half") }
    #expect(half.sqlState == .undefinedTable)
  }

  @Test func `a file must not end the transaction it runs in`() async throws {
    let database = try await TestDatabase()
    let bad = Migration(name: "0001_bad.sql", sql: "COMMIT; CREATE TABLE t (n int)")
    let migrations = try Migrations(files: [bad])
    let error = try await refusal { try await migrations.apply(on: database.connectionString) }
    guard case .invalidMigration("0001_bad.sql", _) = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: [
    "1_short.sql", "0001.sql", "0001-dash.sql", "0001_x.txt", "00a1_x.sql", "٠٠٠١_x.sql", "",
  ])
  func `a name of another form is refused`(name: String) async throws {
    let error = try await refusal { try Migrations(files: [Migration(name: name, sql: "")]) }
    guard case .invalidMigration(name, _) = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func `two files of one number are refused`() async throws {
    let twin = Migration(name: "0001_twin.sql", sql: "")
    let error = try await refusal { try Migrations(files: [Self.first, twin]) }
    #expect("\(error)".contains("0001_twin.sql"))
  }

  /// Another program in the middle of the first file: its row stands there, not committed.
  private func holdFirst(_ database: TestDatabase, checksum: [UInt8]) async throws {
    try await database.observer.script(
      """
      CREATE TABLE schema_migration (version integer NOT NULL PRIMARY KEY, name text NOT NULL,
        checksum bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
      """)
    try await database.observer.script("BEGIN")
    let insert = Statement(
      name: "hold",
      sql: "INSERT INTO schema_migration (version, name, checksum) VALUES (1, 'other', $1)")
    _ = try await database.observer.query(insert(.bytes(checksum)))
  }

  @Test func `one who waits for another's file runs it when the other gives up`() async throws {
    let database = try await TestDatabase()
    let watcher = try await TestDatabase.watching(database)
    try await holdFirst(database, checksum: [1])
    var migrations = try Migrations(files: [Self.first])
    migrations.connection = .patient
    async let applied = migrations.apply(on: database.connectionString)
    try await watcher.waitForBlocked()
    try await database.observer.script("ROLLBACK")
    #expect(try await applied == ["0001_first.sql"])
    #expect(try await database.count("first") == 1)
  }

  @Test func `one who waits for another's file moves on when the other commits`() async throws {
    let database = try await TestDatabase()
    let watcher = try await TestDatabase.watching(database)
    let checksum = Array(SHA256.hash(data: Array(Self.first.sql.utf8)))
    try await holdFirst(database, checksum: checksum)
    var migrations = try Migrations(files: [Self.first])
    // Short, so that the wait is cut and begun again many times before the other is done.
    migrations.connection.lockTimeout = .milliseconds(5)
    let running = migrations
    async let applied = running.apply(on: database.connectionString)
    for _ in 0..<3 { try await watcher.waitForBlocked() }
    try await database.observer.script("COMMIT")
    #expect(try await applied == [])
  }

  @Test func `a database that sorts by a language is refused`() async throws {
    let database = try await TestDatabase()
    let name = try await database.observer.query(
      Statement(name: "name", sql: "SELECT current_database()")()
    ).single().text(0)
    try await database.observer.script(
      """
      CREATE DATABASE \(name)_icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'
        LOCALE 'C'
      """)
    let target = database.connectionString + " dbname=\(name)_icu"
    let migrations = try Migrations(files: [Self.first])
    let error = try await refusal { try await migrations.apply(on: target) }
    #expect(error.reason == .textOrder("\(name)_icu"))
    let connection = try PostgresConnection(connectionString: target)
    try await connection.connect()
    #expect(try await refusal { try await connection.requireByteOrder() } == error)
    let table = try await refusal {
      try await connection.query(Statement(name: "t", sql: "TABLE schema_migration")())
    }
    #expect(table.sqlState == .undefinedTable)
  }
}

public import Postgres

/// A connection of a test's own, to look at a database and to tamper with it.
public struct TestSession: Sendable {
  public let connectionString: String
  private let connection: PostgresConnection

  public init(_ connectionString: String) async throws(PostgresError) {
    self.connectionString = connectionString
    var settings = PostgresSettings.reading
    // Unlike the services' own, so that a test can end theirs and keep this.
    settings.applicationName = "test-session"
    connection = try PostgresConnection(connectionString: connectionString, settings: settings)
    try await connection.connect()
  }

  /// Runs any number of statements.
  public func run(_ sql: String) async throws(PostgresError) {
    try await connection.script(sql)
  }

  /// Every row as text, as PostgreSQL writes a row of one column or more: `(A,3)`.
  public func texts(_ sql: String) async throws(PostgresError) -> [String] {
    let text = "SELECT x::text FROM (\(sql)) AS x"
    let name = "t\(UInt(bitPattern: text.hashValue))"
    var texts: [String] = []
    for row in try await connection.query(Statement(name: name, sql: text)()) {
      texts.append(try row.text(0))
    }
    return texts
  }

  /// The only number that `sql` answers.
  public func number(_ sql: String) async throws(PostgresError) -> Int64 {
    let text = "SELECT (\(sql))::bigint"
    let name = "n\(UInt(bitPattern: text.hashValue))"
    return try await connection.query(Statement(name: name, sql: text)()).single().int64(0)
  }

  /// How many rows each table has, which is how a test shows that nothing was left behind.
  public func rowCounts(_ tables: [String]) async throws(PostgresError) -> [Int64] {
    var counts: [Int64] = []
    for table in tables { counts.append(try await number("SELECT count(*) FROM \(table)")) }
    return counts
  }

  public func close() async { await connection.close() }
}

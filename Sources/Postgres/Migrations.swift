public import Logging

/// The files of one database, applied in the order of their numbers, each at most once, by however
/// many programs start at the same moment.
///
/// Each file runs in a transaction of its own whose first statement inserts the file's row into
/// `schema_migration`. A second program that comes to the same file waits there for the first one,
/// on the row's primary key: when the first commits the second finds a duplicate and moves on, and
/// when the first fails the second runs the file itself. An advisory lock would not do instead: it
/// ends silently with its session and does not travel with a transaction.
public struct Migrations: Sendable {
  /// How the connection behaves on which the files run. Its lock timeout also cuts the wait for
  /// another program that applies the same file, which then begins anew.
  public var connection: PostgresSettings = .migrating

  private let files: [File]
  private let logger: Logger

  private struct File: Sendable {
    var migration: Migration
    var version: Int32
    var checksum: [UInt8]
  }

  /// How often `CREATE TABLE IF NOT EXISTS` is tried. A loser of the race for it gets an error of
  /// the catalogue instead of "exists", and finds the table at the next try.
  private static let createTriesMax = 100

  /// How often a file is tried that was undone because of others: waiting for the one who is just
  /// applying it counts, in steps of `lockTimeout`, so with 2 s this is ten minutes.
  private static let lockTriesMax = 300

  public init(
    files: [Migration], logger: Logger = Logger(label: "migrations")
  ) throws(PostgresError) {
    var numbered: [File] = []
    for migration in files {
      guard let version = migration.version else {
        throw PostgresError(
          .invalidMigration(name: migration.name, "the name is not of the form NNNN_name.sql"))
      }
      if numbered.contains(where: { $0.version == version }) {
        throw PostgresError(
          .invalidMigration(name: migration.name, "its number is taken by another file"))
      }
      numbered.append(
        File(migration: migration, version: version, checksum: migration.checksum))
    }
    self.files = numbered.sorted { $0.version < $1.version }
    self.logger = logger
  }

  /// Brings a database up to date and answers the names of the files that this call applied.
  ///
  /// - Parameter wait: how long to try when the database cannot be reached.
  public func apply(
    on connectionString: String, waitingAtMost wait: Duration = .zero
  ) async throws(PostgresError) -> [String] {
    let connection = try PostgresConnection(
      connectionString: connectionString, settings: connection, logger: logger)
    try await connection.connect(waitingAtMost: wait)
    do throws(PostgresError) {
      let applied = try await apply(over: connection)
      await connection.close()
      return applied
    } catch {
      await connection.close()
      throw error
    }
  }

  private func apply(
    over connection: PostgresConnection
  ) async throws(PostgresError) -> [String] {
    try await connection.requireByteOrder()
    // A role that only serves may not make tables, not even one that is there. It need not.
    let isThere = try await connection.query(Self.findTable()).single().bool(0)
    if !isThere { try await createTable(connection) }
    var applied: [String] = []
    for file in files {
      if try await apply(file, over: connection) {
        applied.append(file.migration.name)
        logger.info("applied migration \(file.migration.name)")
      }
    }
    return applied
  }

  private func createTable(_ connection: PostgresConnection) async throws(PostgresError) {
    for attempt in 1... {
      do throws(PostgresError) {
        return try await connection.script(Self.createTableSQL)
      } catch {
        guard Self.isRace(error) || error.isRetryable, attempt < Self.createTriesMax else {
          throw error
        }
        await Task.yield()
      }
    }
  }

  /// Which error a loser gets depends on how far the winner was: the table's own name, the name of
  /// its row type, or an index of the catalogue.
  private static func isRace(_ error: PostgresError) -> Bool {
    switch error.sqlState {
    case .uniqueViolation, .duplicateTable, .duplicateObject: true
    default: false
    }
  }

  /// Answers whether it was this call that applied the file.
  private func apply(
    _ file: File, over connection: PostgresConnection
  ) async throws(PostgresError) -> Bool {
    var pause = RetryPause(retriesMax: Self.lockTriesMax)
    while true {
      if let stored = try await storedChecksum(of: file, connection) {
        guard stored == file.checksum else {
          throw PostgresError(.migrationChanged(name: file.migration.name))
        }
        return false
      }
      do throws(PostgresError) {
        try await connection.run(file.migration, version: file.version, checksum: file.checksum)
        return true
      } catch {
        if error.constraint == Self.tableKey { continue }  // Another was first: look again.
        guard error.isRetryable, let pause = pause.next() else { throw error }
        logger.info("migration \(file.migration.name) waits: \(error)")
        do { try await Task.sleep(for: pause) } catch { throw PostgresError(.cancelled) }
      }
    }
  }

  private func storedChecksum(
    of file: File, _ connection: PostgresConnection
  ) async throws(PostgresError) -> [UInt8]? {
    try await connection.query(Self.find(.int32(file.version))).singleIfAny()?.bytes(0)
  }
}

extension Migrations {
  private static let createTableSQL = """
    CREATE TABLE IF NOT EXISTS schema_migration (
      version integer NOT NULL PRIMARY KEY,
      name text NOT NULL,
      checksum bytea NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now())
    """

  /// The name PostgreSQL gives the key of that table.
  static let tableKey = "schema_migration_pkey"

  private static let findTable = Statement(
    name: "schema_migration_table", sql: "SELECT to_regclass('schema_migration') IS NOT NULL")

  private static let find = Statement(
    name: "schema_migration_find",
    sql: "SELECT checksum FROM schema_migration WHERE version = $1")

  static let insert = Statement(
    name: "schema_migration_insert",
    sql: "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)")
}

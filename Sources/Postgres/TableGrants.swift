public import Logging

/// What a role that serves requests may do with the tables of a database, and nothing beyond it.
///
/// The role that migrates owns the tables and may do anything with them. One that serves is given
/// what its statements need, so that no fault of theirs, and nobody who gets at its connection, can
/// take a row away that must stay.
public struct TableGrants: Sendable {
  /// The privileges on one table, in SQL's words.
  public struct Grant: Sendable {
    let table: StaticString
    let privileges: StaticString

    public init(_ table: StaticString, _ privileges: StaticString) {
      self.table = table
      self.privileges = privileges
    }
  }

  private let grants: [Grant]

  public init(_ grants: [Grant]) { self.grants = grants }

  /// Gives `role` these privileges, and takes away whatever else it has on these tables, in one
  /// transaction.
  /// - Parameter connectionString: of a role that owns the tables and the database.
  public func apply(
    to role: String, on connectionString: String, logger: Logger
  ) async throws(PostgresError) {
    let connection = try PostgresConnection(
      connectionString: connectionString, settings: .migrating, logger: logger)
    try await connection.connect()
    do throws(PostgresError) {
      let database = try await connection.query(Self.database()).single().text(0)
      try await connection.script(script(role: role, database: database))
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }

  /// A script of several statements is one transaction.
  func script(role: String, database: String) -> String {
    let role = Self.quoted(role)
    var lines = ["GRANT CONNECT ON DATABASE \(Self.quoted(database)) TO \(role);"]
    for grant in grants {
      lines.append("REVOKE ALL ON \(grant.table) FROM \(role);")
      lines.append("GRANT \(grant.privileges) ON \(grant.table) TO \(role);")
    }
    return lines.joined(separator: "\n")
  }

  /// A name as an identifier, whatever it is made of. (PostgreSQL manual, 4.1.1)
  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  private static let database = Statement(
    name: "orderly_database", sql: "SELECT current_database()::text")
}

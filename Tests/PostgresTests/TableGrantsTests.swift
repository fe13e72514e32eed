import Logging
import TestSupport
import Testing

@testable import Postgres

@Suite struct TableGrantsTests {
  private static let grants = TableGrants([.init("t", "SELECT, INSERT")])

  @Test func `a name is an identifier whatever it is made of`() {
    let script = Self.grants.script(role: #"a"; DROP TABLE t; --"#, database: "shop")
    #expect(
      script == #"""
        GRANT CONNECT ON DATABASE "shop" TO "a""; DROP TABLE t; --";
        REVOKE ALL ON t FROM "a""; DROP TABLE t; --";
        GRANT SELECT, INSERT ON t TO "a""; DROP TABLE t; --";
        """#)
  }

  @Test func `a role has what is granted afterwards, and what it had beyond is gone`() async throws
  {
    let database = try await TestDatabase()
    let role = "grants_\(UInt32.random(in: .min ... .max))"
    try await database.observer.script(
      """
      CREATE TABLE t (n int);
      CREATE ROLE "\(role)";
      GRANT DELETE, UPDATE ON t TO "\(role)"
      """)
    try await Self.grants.apply(
      to: role, on: database.connectionString, logger: Logger(label: "grants"))
    let rights = Statement(
      name: "rights",
      sql: """
        SELECT string_agg(privilege_type::text, ' ' ORDER BY privilege_type)
        FROM information_schema.role_table_grants WHERE grantee = $1
        """)
    let found = try await database.observer.query(rights(.text(role))).single().text(0)
    #expect(found == "INSERT SELECT")
    try await database.observer.script("DROP OWNED BY \"\(role)\"; DROP ROLE \"\(role)\"")
  }

  @Test func `a role that does not exist is told, and nothing is granted`() async throws {
    let database = try await TestDatabase()
    try await database.observer.script("CREATE TABLE t (n int)")
    let error = try await refusal {
      try await Self.grants.apply(
        to: "nobody at all", on: database.connectionString, logger: Logger(label: "grants"))
    }
    #expect(error.sqlState == SQLState(rawValue: "42704"))
  }
}

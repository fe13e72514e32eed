import Postgres
import Testing
import TestSupport

@Suite struct PostgresConnectionTests {
  @Test func `a statement answers its row`() async throws {
    let target = try await ThrowAwayPostgres.shared.makeDatabase()
    let connection = try PostgresConnection(connectionString: target)
    try await connection.connect()
    let statement = Statement(name: "sum", sql: "SELECT $1 + $2")
    let row = try await connection.query(statement(.int32(40), .int64(2))).single()
    #expect(try row.int64(0) == 42)
  }
}

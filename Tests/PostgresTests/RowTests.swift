import Postgres
import Testing

@Suite(.timeLimit(.minutes(1))) struct RowTests {
  private func row(_ sql: String) async throws -> Row {
    let connection = try await TestDatabase.scratchConnection()
    return try await connection.query(Statement(name: "row", sql: sql)()).single()
  }

  @Test func `a column is read only as what it is`() async throws {
    let row = try await row("SELECT 'text', 1::bigint, ''::bytea, 1.5::numeric, now()::date")
    let readings: [() throws -> Any] = [
      { try row.int64(0) }, { try row.uuid(0) }, { try row.bytes(0) }, { try row.timestamp(0) },
      { try row.int32(1) }, { try row.int16(1) }, { try row.text(1) }, { try row.bool(1) },
      { try row.text(2) }, { try row.int64(3) }, { try row.timestamp(4) },
      { try row.textArray(0) }, { try row.int64Array(1) }, { try row.uuidArray(2) },
    ]
    for (place, reading) in readings.enumerated() {
      guard case .typeMismatch = try await refusal({ _ = try reading() }).reason else {
        Issue.record("reading \(place) gave another error")
        continue
      }
    }
  }

  @Test func `null is an error unless it is asked for`() async throws {
    let row = try await row("SELECT NULL::text, NULL::bigint, NULL::bytea, NULL::timestamptz")
    #expect(try row.textIfAny(0) == nil)
    #expect(try row.int64IfAny(1) == nil)
    #expect(try row.bytesIfAny(2) == nil)
    #expect(try row.timestampIfAny(3) == nil)
    #expect(try await refusal { try row.text(0) }.reason == .unexpectedNull(column: 0))
    #expect(try await refusal { try row.int64(1) }.reason == .unexpectedNull(column: 1))
    #expect(try await refusal { try row.timestamp(3) }.reason == .unexpectedNull(column: 3))
  }

  @Test(arguments: [-1, 1, .max])
  func `a column that is not there is an error`(column: Int) async throws {
    let row = try await row("SELECT 1")
    let error = try await refusal { try row.int32(column) }
    #expect(error.reason == .noSuchColumn(column: column, count: 1))
  }

  @Test func `one row is asked for and another number is an error`() async throws {
    let connection = try await TestDatabase.scratchConnection()
    let some = Statement(name: "some", sql: "SELECT n FROM unnest($1::int[]) AS x(n)")
    let none = try await connection.query(some(.int32Array([])))
    #expect(try none.singleIfAny().map { try $0.int32(0) } == nil)
    #expect(try await refusal { try none.single() }.reason == .rowCount(expected: 1, found: 0))
    let two = try await connection.query(some(.int32Array([1, 2])))
    #expect(try await refusal { try two.single() }.reason == .rowCount(expected: 1, found: 2))
    #expect(
      try await refusal { try two.singleIfAny() }.reason == .rowCount(expected: 1, found: 2))
    #expect(try await connection.query(some(.int32Array([9]))).singleIfAny()?.int32(0) == 9)
  }
}

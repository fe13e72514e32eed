import Postgres
import Testing

/// Every value goes to a real server and comes back, so that both directions are judged by the
/// format's owner and not by each other.
@Suite(.timeLimit(.minutes(1))) struct PostgresValueTests {
  /// Asks the server for the value as it came, and for what it reads in it.
  private func echo(_ value: PostgresValue, as type: String) async throws -> Row {
    let connection = try await TestDatabase.scratchConnection()
    let statement = Statement(name: "echo", sql: "SELECT $1::\(type), ($1::\(type))::text")
    return try await connection.query(statement(value)).single()
  }

  @Test(arguments: [Int16.min, -1, 0, 1, .max])
  func `smallint keeps its value`(number: Int16) async throws {
    let row = try await echo(.int16(number), as: "smallint")
    #expect(try row.int16(0) == number)
    #expect(try row.int32(0) == Int32(number))
    #expect(try row.text(1) == "\(number)")
  }

  @Test(arguments: [Int32.min, -1, 0, 256, .max])
  func `integer keeps its value`(number: Int32) async throws {
    let row = try await echo(.int32(number), as: "int")
    #expect(try row.int32(0) == number)
    #expect(try row.int64(0) == Int64(number))
    #expect(try row.text(1) == "\(number)")
  }

  @Test(arguments: [Int64.min, -1, 0, 1 << 40, .max])
  func `bigint keeps its value`(number: Int64) async throws {
    let row = try await echo(.int64(number), as: "bigint")
    #expect(try row.int64(0) == number)
    #expect(try row.text(1) == "\(number)")
  }

  @Test(arguments: ["", "a", "Grüße 🚚", #"{"a,b\c"}"#, String(repeating: "x", count: 70_000)])
  func `text keeps its bytes`(text: String) async throws {
    let row = try await echo(.text(text), as: "text")
    #expect(try row.text(0) == text)
    #expect(try !row.isNull(0))
  }

  @Test func `text with a zero byte is refused by the server and not cut`() async throws {
    let error = try await refusal { try await echo(.text("a\0b"), as: "text") }
    #expect(error.sqlState == SQLState(rawValue: "22021"))
  }

  @Test(arguments: [[], [0], Array(0...255)] as [[UInt8]])
  func `bytea keeps its bytes`(bytes: [UInt8]) async throws {
    #expect(try await echo(.bytes(bytes), as: "bytea").bytes(0) == bytes)
  }

  @Test func `a uuid keeps its bytes and is written as the server writes it`() async throws {
    let uuid = PostgresUUID(high: 0x0190_a1b2_c3d4_7e5f, low: 0x8a6b_0c1d_2e3f_fffe)
    let row = try await echo(.uuid(uuid), as: "uuid")
    #expect(try row.uuid(0) == uuid)
    #expect(try row.text(1) == "\(uuid)")
    #expect(PostgresUUID(bytes: uuid.bytes) == uuid)
    #expect(PostgresUUID(bytes: uuid.bytes.dropLast()) == nil)
    #expect(PostgresUUID(bytes: uuid.bytes + [0]) == nil)
  }

  @Test(
    arguments: [
      (0, "1970-01-01 00:00:00+00"), (-1, "1969-12-31 23:59:59.999999+00"),
      (1_700_000_000_123_456, "2023-11-14 22:13:20.123456+00"),
      (253_402_300_799_999_999, "9999-12-31 23:59:59.999999+00"),
    ] as [(Int64, String)])
  func `a timestamp keeps its microseconds`(time: Int64, text: String) async throws {
    let row = try await echo(.timestamp(time), as: "timestamptz")
    #expect(try row.timestamp(0) == time)
    #expect(try row.text(1) == text)
  }

  @Test func `a time the server cannot hold is refused before it is sent`() async throws {
    for time in [Int64.min, Int64.min + 946_684_800_000_000] {
      let error = try await refusal { try await echo(.timestamp(time), as: "timestamptz") }
      #expect(error.reason == .valueOutOfRange("timestamp \(time)"))
    }
  }

  @Test(arguments: ["infinity", "-infinity"])
  func `infinity is no time`(text: String) async throws {
    let connection = try await TestDatabase.scratchConnection()
    let statement = Statement(name: "infinite", sql: "SELECT '\(text)'::timestamptz")
    let row = try await connection.query(statement()).single()
    let error = try await refusal { try row.timestamp(0) }
    guard case .valueOutOfRange = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: PostgresType.allCases)
  func `a null of every type is null`(type: PostgresType) async throws {
    let connection = try await TestDatabase.scratchConnection()
    let statement = Statement(name: "null", sql: "SELECT $1, $1 IS NULL")
    let row = try await connection.query(statement(.null(type))).single()
    #expect(try row.isNull(0))
    #expect(try row.bool(1))
  }

  @Test func `an array is one column of rows`() async throws {
    let connection = try await TestDatabase.scratchConnection()
    let uuids = [PostgresUUID(high: 1, low: 2), PostgresUUID(high: .max, low: 0)]
    let statement = Statement(
      name: "unnest",
      sql: """
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::int[], $5::bigint[],
          $6::bytea[], $7::timestamptz[], $8::text[])
        """)
    let rows = try await connection.query(
      statement(
        .uuidArray(uuids), .textArray(["", "two"]), .int16Array([-1, 2]), .int32Array([3, -4]),
        .int64Array([5, .min]), .bytesArray([[], [0, 1]]), .timestampArray([0, -1]),
        .nullableTextArray([nil, ""])))
    #expect(rows.count == 2)
    #expect(try rows.map { try $0.uuid(0) } == uuids)
    #expect(try rows.map { try $0.text(1) } == ["", "two"])
    #expect(try rows.map { try $0.int16(2) } == [-1, 2])
    #expect(try rows.map { try $0.int32(3) } == [3, -4])
    #expect(try rows.map { try $0.int64(4) } == [5, .min])
    #expect(try rows.map { try $0.bytes(5) } == [[], [0, 1]])
    #expect(try rows.map { try $0.timestamp(6) } == [0, -1])
    #expect(try rows.map { try $0.textIfAny(7) } == [nil, ""])
  }

  @Test(arguments: [0, 1, 3])
  func `an array column is read whole`(count: Int) async throws {
    let numbers = (0..<count).map { Int64($0) - 1 }
    let words = numbers.map { "word \($0)" }
    let uuids = numbers.map { PostgresUUID(high: UInt64(bitPattern: $0), low: 7) }
    #expect(try await echo(.int64Array(numbers), as: "bigint[]").int64Array(0) == numbers)
    #expect(
      try await echo(.int16Array(numbers.map { Int16($0) }), as: "smallint[]").int64Array(0)
        == numbers)
    #expect(try await echo(.textArray(words), as: "text[]").textArray(0) == words)
    #expect(try await echo(.uuidArray(uuids), as: "uuid[]").uuidArray(0) == uuids)
  }

  @Test func `an array with a null or of two dimensions is refused when read`() async throws {
    let withNull = try await echo(.nullableTextArray(["a", nil]), as: "text[]")
    #expect(try await refusal { try withNull.textArray(0) }.reason == .unexpectedNull(column: 0))
    let connection = try await TestDatabase.scratchConnection()
    let square = Statement(name: "square", sql: "SELECT ARRAY[[1, 2], [3, 4]]")
    let row = try await connection.query(square()).single()
    guard case .typeMismatch = try await refusal({ try row.int64Array(0) }).reason else {
      Issue.record("a square was read as a line")
      return
    }
  }
}

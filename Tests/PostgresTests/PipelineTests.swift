import Postgres
import Testing

@Suite(.timeLimit(.minutes(1))) struct PipelineTests {
  static let insert = Statement(
    name: "insert", sql: "INSERT INTO t SELECT n FROM unnest($1::int[]) AS x(n)")

  static func table() async throws -> (TestDatabase, PostgresConnection) {
    let database = try await TestDatabase()
    try await database.observer.script(
      "CREATE TABLE t (n int NOT NULL CONSTRAINT small CHECK (n < 100))")
    return (database, try await database.connect())
  }

  @Test func `a refusal leaves nothing of the statements before it`() async throws {
    let (database, connection) = try await Self.table()
    let error = try await refusal {
      try await connection.pipeline([
        Self.insert(.int32Array([1])), Self.insert(.int32Array([2])),
        Self.insert(.int32Array([3])), Self.insert(.int32Array([4, 100])),
        Self.insert(.int32Array([5])),
      ])
    }
    #expect(error.sqlState == .checkViolation)
    #expect(error.constraint == "small")
    #expect(error.statementIndex == 3)
    #expect(error.outcome == .notCommitted)
    #expect(!error.isRetryable)
    #expect(try await database.count("t") == 0)
  }

  @Test func `a refusal of the commit itself is a refusal and no doubt`() async throws {
    let (database, connection) = try await Self.table()
    try await database.observer.script(
      "CREATE TABLE late (n int CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    let insert = Statement(name: "late", sql: "INSERT INTO late VALUES (1), (1)")
    let error = try await refusal { try await connection.pipeline([insert()]) }
    #expect(error.sqlState == .uniqueViolation)
    #expect(error.constraint == "once")
    #expect(error.statementIndex == nil)
    #expect(error.outcome == .notCommitted)
    #expect(try await database.count("late") == 0)
    _ = try await connection.query(Self.insert(.int32Array([1])))
  }

  @Test func `answers stand in the order of the statements`() async throws {
    let (database, connection) = try await Self.table()
    let read = Statement(name: "read", sql: "SELECT n FROM t WHERE n >= $1 ORDER BY n")
    let answers = try await connection.pipeline([
      Self.insert(.int32Array([1, 2, 3])), read(.int32(2)), read(.int32(9)),
    ])
    #expect(answers.map(\.affectedRows) == [3, 2, 0])
    #expect(answers.map(\.commandTag) == ["INSERT 0 3", "SELECT 2", "SELECT 0"])
    #expect(try answers[1].map { try $0.int32(0) } == [2, 3])
    #expect(try await database.count("t") == 3)
  }

  @Test func `no statement at all is no error`() async throws {
    let (_, connection) = try await Self.table()
    #expect(try await connection.pipeline([]).isEmpty)
  }

  @Test func `a connection goes on after a refusal`() async throws {
    let (database, connection) = try await Self.table()
    let typo = Statement(name: "typo", sql: "SELEC 1")
    let error = try await refusal {
      try await connection.pipeline([Self.insert(.int32Array([1])), typo()])
    }
    #expect(error.sqlState == .syntaxError)
    #expect(error.statementIndex == 1)
    _ = try await connection.query(Self.insert(.int32Array([7])))
    #expect(try await database.count("t") == 1)
  }

  @Test func `statements are prepared once whatever the size of a batch`() async throws {
    let (_, connection) = try await Self.table()
    let sum = Statement(name: "sum", sql: "SELECT sum(n) FROM unnest($1::int[]) AS x(n)")
    let top = Statement(name: "top", sql: "SELECT max(n) FROM unnest($1::int[]) AS x(n)")
    let prepared = Statement(
      name: "prepared", sql: "SELECT name, generic_plans + custom_plans FROM pg_prepared_statements"
    )
    for size in 1...10_000 {
      let numbers = PostgresValue.int32Array(Array(repeating: 3, count: size % 50))
      _ = try await connection.pipeline([sum(numbers), top(numbers)])
    }
    let rows = try await connection.query(prepared())
    #expect(try Set(rows.map { try $0.text(0) }) == ["sum", "top", "prepared"])
    // Each was run, not prepared anew: the server counts from the preparation.
    for row in rows where try row.text(0) != "prepared" { #expect(try row.int64(1) == 10_000) }

    try await connection.connect()
    _ = try await connection.query(Self.insert(.int32Array([1])))
    let again = try await connection.query(prepared())
    #expect(try Set(again.map { try $0.text(0) }) == ["insert", "prepared"])
  }

  @Test func `a statement skipped by a refusal is prepared the next time`() async throws {
    let (database, connection) = try await Self.table()
    let late = Statement(name: "late", sql: "INSERT INTO t VALUES ($1)")
    for _ in 0..<2 {
      let error = try await refusal {
        try await connection.pipeline([Self.insert(.int32Array([100])), late(.int32(1))])
      }
      #expect(error.statementIndex == 0)
    }
    _ = try await connection.pipeline([late(.int32(1)), late(.int32(2))])
    #expect(try await database.count("t") == 2)
  }

  @Test func `a name stands for one text and one list of types`() async throws {
    let (database, connection) = try await Self.table()
    let other = Statement(name: "insert", sql: "INSERT INTO t VALUES ($1)")
    let clashes = [
      [Self.insert(.int32Array([1])), other(.int32(1))],
      [Self.insert(.int32Array([1])), Self.insert(.int64Array([1]))],
    ]
    for clash in clashes {
      let error = try await refusal { try await connection.pipeline(clash) }
      guard case .invalidStatement = error.reason else {
        Issue.record("\(error)")
        continue
      }
      #expect(error.statementIndex == 1)
    }
    #expect(try await database.count("t") == 0)
    let null = Statement(name: "null", sql: "SELECT $1::int IS NULL")
    #expect(try await connection.query(null(.null(.int32))).single().bool(0))
    #expect(try await !connection.query(null(.int32(1))).single().bool(0))
  }

  @Test(arguments: [0, 1, 63, 64])
  func `the name of a statement has 1 to 63 bytes`(length: Int) async throws {
    let (_, connection) = try await Self.table()
    let statement = Statement(name: String(repeating: "s", count: length), sql: "SELECT 1")
    guard (1...63).contains(length) else {
      let error = try await refusal { try await connection.query(statement()) }
      #expect("\(error)".contains("63 bytes"))
      return
    }
    #expect(try await connection.query(statement()).single().int32(0) == 1)
  }

  @Test func `more parameters than the protocol can count are refused`() async throws {
    let (_, connection) = try await Self.table()
    let statement = Statement(name: "many", sql: "SELECT 1")
    let values = [PostgresValue](repeating: .int16(1), count: 65_536)
    let error = try await refusal {
      try await connection.query(BoundStatement(statement, values))
    }
    #expect(error.reason == .valueOutOfRange("65536 parameters"))
    #expect(connection.isOpen)
  }

  @Test(arguments: [1, 16])
  func `eight mebibytes each way pass without a stall`(count: Int) async throws {
    let (_, connection) = try await Self.table()
    let echo = Statement(name: "echo", sql: "SELECT $1::bytea")
    // Each byte tells its place, so that a part that is lost or doubled shows.
    let block = (0..<(8 << 20) / count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    let answers = try await connection.pipeline(
      Array(repeating: echo(.bytes(block)), count: count))
    #expect(answers.count == count)
    for answer in answers {
      let isSame = try answer.single().bytes(0) == block
      #expect(isSame)
    }
  }

  @Test func `a read is given up at its deadline and the connection lives on`() async throws {
    let (database, connection) = try await Self.table()
    try await database.observer.script("BEGIN; LOCK TABLE t")
    let read = Statement(name: "read", sql: "SELECT n FROM t")
    let error = try await refusal {
      try await connection.query(read(), cancelAt: .now + .milliseconds(50))
    }
    #expect(error.reason == .deadlineExceeded)
    try await database.observer.script("COMMIT")
    #expect(try await connection.query(read()).isEmpty)
  }
}

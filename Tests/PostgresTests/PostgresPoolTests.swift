import Postgres
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite(.timeLimit(.minutes(2))) struct PostgresPoolTests {
  static let one = Statement(name: "one", sql: "SELECT 1")
  static let process = Statement(name: "process", sql: "SELECT pg_backend_pid()")

  private func withPool<Answer>(
    on target: String, of count: Int = 2, connection: PostgresSettings = .writing,
    _ body: (PostgresPool) async throws -> Answer
  ) async throws -> Answer {
    let pool = try PostgresPool(
      connectionString: target, settings: PoolSettings(connections: count),
      connection: connection)
    await pool.start()
    do {
      let answer = try await body(pool)
      await pool.close()
      return answer
    } catch {
      await pool.close()
      throw error
    }
  }

  @Test func `many callers share a few connections`() async throws {
    let database = try await TestDatabase()
    try await withPool(on: database.connectionString, of: 3) { pool in
      let processes = try await withThrowingTaskGroup(of: Int32.self) { group in
        for _ in 0..<200 {
          group.addTask { try await pool.query(Self.process()).single().int32(0) }
        }
        return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
      }
      #expect((1...3).contains(processes.count))
    }
  }

  @Test func `a lease is nobody else's`() async throws {
    let database = try await TestDatabase()
    try await database.observer.script("CREATE TABLE t (n int)")
    let insert = Statement(name: "insert", sql: "INSERT INTO t SELECT count(*) FROM t")
    try await withPool(on: database.connectionString, of: 1) { pool in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await pool.withConnection { connection throws(PostgresError) in
              // Between the two statements another caller could slip in, were the lease not kept.
              _ = try await connection.query(insert())
              await Task.yield()
              _ = try await connection.query(insert())
            }
          }
        }
        try await group.waitForAll()
      }
    }
    let jumps = Statement(
      name: "jumps", sql: "SELECT count(*), count(DISTINCT n), max(n)::bigint FROM t")
    let row = try await database.observer.query(jumps()).single()
    #expect(try (0..<3).map { try row.int64($0) } == [40, 40, 39])
  }

  @Test func `a request after its connection died is answered all the same`() async throws {
    let database = try await TestDatabase()
    try await withPool(on: database.connectionString, of: 1) { pool in
      let first = try await pool.query(Self.process()).single().int32(0)
      try await database.terminate(first)
      let second = try await pool.query(Self.process()).single().int32(0)
      #expect(second != first)
    }
  }

  @Test func `a caller hears of a database that is not there`() async throws {
    try await withPool(on: "host=/nowhere user=nobody") { pool in
      let error = try await refusal { try await pool.query(Self.one()) }
      #expect(error.reason == .unavailable)
      #expect(error.outcome == .notCommitted)
      #expect(await !pool.isUp)
      let late = try await refusal {
        try await pool.query(Self.one(), deadline: .now + .milliseconds(20))
      }
      #expect(late.reason == .deadlineExceeded)
      let missing = try await refusal { try await pool.waitUntilUp(atMost: .milliseconds(100)) }
      #expect("\(missing)".contains("/nowhere"))
    }
  }

  @Test func `a caller who is cancelled leaves the line`() async throws {
    try await withPool(on: "host=/nowhere user=nobody") { pool in
      let caller = Task { () async throws -> PostgresError in
        try await refusal { try await pool.query(Self.one()) }
      }
      caller.cancel()
      let error = try await caller.value
      #expect(error.reason == .cancelled)
    }
  }

  @Test func `a closed pool refuses`() async throws {
    let database = try await TestDatabase()
    let pool = try PostgresPool(connectionString: database.connectionString)
    await pool.start()
    let process = try await pool.query(Self.process()).single().int32(0)
    await pool.close()
    #expect(try await refusal { try await pool.query(Self.one()) }.reason == .closed)
    try await eventually { try await !database.isAlive(process) }
  }

  @Test func `what the server undid because of others is sent again`() async throws {
    let database = try await TestDatabase()
    try await database.observer.script("CREATE TABLE t (n int); INSERT INTO t VALUES (0)")
    let target =
      database.connectionString + " options='-c default_transaction_isolation=serializable'"
    // Under a snapshot of its own each of these loses to whoever commits first.
    let add = Statement(
      name: "add",
      sql: "UPDATE t SET n = n + 1 WHERE current_setting('transaction_isolation') <> ''")
    try await withPool(on: target, of: 4) { pool in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<40 { group.addTask { _ = try await pool.pipeline([add()]) } }
        try await group.waitForAll()
      }
    }
    let read = Statement(name: "read", sql: "SELECT n FROM t")
    #expect(try await database.observer.query(read()).single().int32(0) == 40)
  }

  @Test func `tries come to an end and give the server's reason`() async throws {
    let database = try await TestDatabase()
    try await database.observer.script("CREATE SEQUENCE tries")
    try await database.observer.script(
      """
      CREATE FUNCTION fail() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval('tries'); RAISE SQLSTATE '40001'; END $$
      """)
    try await withPool(on: database.connectionString) { pool in
      let fail = Statement(name: "fail", sql: "SELECT fail()")
      let error = try await refusal { try await pool.query(fail()) }
      #expect(error.sqlState == .serializationFailure)
    }
    let tries = Statement(name: "tries", sql: "SELECT last_value FROM tries")
    #expect(try await database.observer.query(tries()).single().int64(0) == 6)
  }

  @Test func `a backend killed, and a server killed and started again, are survived`() async throws
  {
    let directory = try await TestCluster.newDirectory()
    let cluster = try await TestCluster.start(in: directory)
    let target = cluster.connectionString("orders")
    try await withPool(on: target) { pool in
      try await pool.withConnection { connection throws(PostgresError) in
        try await connection.script("CREATE TABLE t (n int)")
      }
      let insert = Statement(name: "insert", sql: "INSERT INTO t VALUES ($1)")
      _ = try await pool.query(insert(.int32(1)))

      // The server ends every session when one of them dies so, and recovers.
      let backend = try await pool.query(Self.process()).single().int32(0)
      try #require(kill(backend, SIGKILL) == 0)
      try await eventually { kill(backend, 0) != 0 }
      try await Self.untilAnswered(pool)
      _ = try await pool.query(insert(.int32(2)))

      let server = try #require(await cluster.processID)
      try #require(kill(server, SIGKILL) == 0)
      try await eventually { await cluster.processID == nil }
      // A session may outlive its server for a moment.
      try await eventually { try await !Self.isAnswered(pool) }
      await cluster.stop()
      try await cluster.start()
      try await Self.untilAnswered(pool)
      let read = Statement(name: "read", sql: "SELECT n FROM t ORDER BY n")
      #expect(try await pool.query(read()).map { try $0.int32(0) } == [1, 2])
    }
    await cluster.stop()
  }

  private static func ask(_ pool: PostgresPool) async throws {
    _ = try await pool.query(one())
  }

  private static func untilAnswered(_ pool: PostgresPool) async throws {
    try await eventually { try await isAnswered(pool) }
  }

  /// Whether the server answers; what it fails with must be its absence.
  private static func isAnswered(_ pool: PostgresPool) async throws -> Bool {
    do throws(PostgresError) {
      _ = try await pool.query(one())
      return true
    } catch {
      try #require(error.isUnavailable, "\(error)")
      return false
    }
  }
}

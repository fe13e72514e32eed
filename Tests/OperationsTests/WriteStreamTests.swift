import Logging
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Operations

/// A stream that writes names into a table, on a database of its own.
struct TestStream {
  let stream: WriteStream
  let session: TestSession

  static let log = LogTable(
    primaryKey: "batch_log_pkey",
    latest: Statement(
      name: "latest",
      sql: """
        SELECT pos, at > now() - interval '1 minute', at = 'epoch' FROM batch_log
        WHERE stream = $1 ORDER BY pos DESC LIMIT 1
        """),
    claim: logRow,
    giveUp: { position in
      Statement(
        name: "give_up", sql: "INSERT INTO batch_log (stream, pos, at) VALUES ($1, $2, 'epoch')")(
          .int16(position.stream), .int64(position.position))
    })

  @Sendable static func logRow(_ position: LogPosition) -> BoundStatement {
    Statement(name: "log", sql: "INSERT INTO batch_log (stream, pos) VALUES ($1, $2)")(
      .int16(position.stream), .int64(position.position))
  }

  static let insert = Statement(
    name: "insert",
    sql: "INSERT INTO item (name, tenth) SELECT n, 10 / n FROM unnest($1::integer[]) AS t(n)")

  static let insertNew = Statement(
    name: "insert_new",
    sql: """
      INSERT INTO item (name, tenth) SELECT n, 10 / n FROM unnest($1::integer[]) AS t(n)
      ON CONFLICT (name) DO NOTHING RETURNING name
      """)

  static func with(
    streams: [Int16] = [3, 4, 5], lease: StreamLease? = nil,
    _ body: (TestStream) async throws -> Void
  ) async throws {
    let database = try await ThrowAwayPostgres.shared.makeDatabase()
    let session = try await TestSession(database)
    try await session.run(
      """
      CREATE TABLE batch_log (stream smallint, pos bigint, at timestamptz DEFAULT now(),
        CONSTRAINT batch_log_pkey PRIMARY KEY (stream, pos));
      CREATE TABLE item (name integer, tenth integer, CONSTRAINT item_pkey PRIMARY KEY (name));
      """)
    var logger = Logger(label: "stream-test")
    logger.logLevel = .critical
    var settings = WriteStreamSettings()
    let left = Mutex(streams)
    settings.chooseStream = { left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    settings.lease = lease
    let stream = try WriteStream(
      connectionString: database, table: log, settings: settings, logger: logger)
    do {
      try await stream.start(waitingAtMost: .seconds(10))
      try await body(TestStream(stream: stream, session: session))
    } catch {
      await stream.stop()
      throw error
    }
    await session.close()
    await stream.stop()
  }

  /// True for an item that this batch inserted, false for one that was there.
  static let paths = BatchPaths<Int32, Bool>(
    fast: { items, position, connection throws(PostgresError) in
      _ = try await connection.pipeline([logRow(position), insert(.int32Array(items))])
      return WrittenBatch(items.map { _ in true }, isLogged: true)
    }, slow: slow, guards: ["item_pkey"])

  @Sendable static func slow(
    _ items: [Int32], _ position: LogPosition, _ connection: PostgresConnection
  ) async throws(PostgresError) -> WrittenBatch<Bool> {
    let result = try await connection.transaction([insertNew(.int32Array(items))]) {
      rows throws(PostgresError) in
      var new: Set<Int32> = []
      for row in rows[0] { new.insert(try row.int32(0)) }
      let answers = items.map { new.contains($0) }
      return new.isEmpty ? .rollBack(answers) : .commit([logRow(position)], answers)
    }
    return WrittenBatch(result.decision, isLogged: result.isCommitted)
  }

  func write(
    _ items: [Int32], _ paths: BatchPaths<Int32, Bool> = Self.paths,
    until deadline: Deadline = .never
  ) async -> [Result<Bool, WriteFailure>] {
    await stream.write(items, paths, until: deadline)
  }

  func log() async throws -> [String] {
    try await session.texts("SELECT stream, pos FROM batch_log ORDER BY stream, pos")
  }

  func items() async throws -> [String] {
    try await session.texts("SELECT name FROM item ORDER BY name")
  }
}

@Suite(.serialized) struct WriteStreamTests {
  @Test func `a batch and its log row are written together`() async throws {
    try await TestStream.with { test in
      #expect(await test.write([1, 2]) == [.success(true), .success(true)])
      #expect(await test.write([]) == [])
      #expect(await test.write([3]) == [.success(true)])
      let (log, items) = (try await test.log(), try await test.items())
      #expect(log == ["(3,1)", "(3,2)", "(3,3)"] && items == ["(1)", "(2)", "(3)"])
    }
  }

  @Test func `a guard sends the batch to the slow path, unseen by callers`() async throws {
    try await TestStream.with { test in
      _ = await test.write([1])
      #expect(await test.write([2, 1]) == [.success(true), .success(false)])
      // Nothing to write leaves no row in the log.
      #expect(await test.write([2, 1]) == [.success(false), .success(false)])
      let log = try await test.log()
      #expect(log == ["(3,1)", "(3,2)", "(3,3)"])
    }
  }

  @Test func `only the item that cannot be written fails`() async throws {
    try await TestStream.with { test in
      let answers = await test.write([1, 2, 0, 3, 4])
      #expect(
        answers == [
          .success(true), .success(true), .failure(.unforeseen), .success(true), .success(true),
        ])
      let items = try await test.items()
      #expect(items == ["(1)", "(2)", "(3)", "(4)"])
    }
  }

  @Test func `a stream with another writer is left for the next one`() async throws {
    try await TestStream.with { test in
      try await test.session.run("INSERT INTO batch_log VALUES (3, 2), (4, 7)")
      #expect(await test.write([1]) == [.success(true)])
      // Stream 4 was used a moment ago, so it is passed over.
      let log = try await test.log()
      #expect(log == ["(3,1)", "(3,2)", "(4,7)", "(5,1)", "(5,2)"])
    }
  }

  @Test func `an old stream is continued, not begun again`() async throws {
    try await TestStream.with(streams: [3, 9]) { test in
      try await test.session.run(
        "INSERT INTO batch_log VALUES (9, 41, now() - interval '1 hour'), (3, 2, now())")
      _ = await test.write([1])
      let log = try await test.log()
      #expect(log == ["(3,1)", "(3,2)", "(9,41)", "(9,42)", "(9,43)"])
    }
  }

  /// The commit arrived and only the answer was lost.
  @Test func `a batch whose answer was lost is found, not written again`() async throws {
    try await TestStream.with { test in
      let isFirst = Mutex(true)
      let paths = BatchPaths<Int32, Bool>(
        fast: { items, position, connection throws(PostgresError) in
          _ = try await connection.pipeline([
            TestStream.logRow(position), TestStream.insert(.int32Array(items)),
          ])
          if isFirst.withLock({ $0 }) {
            isFirst.withLock { $0 = false }
            await connection.close()
            throw PostgresError(.connectionLost("test"), outcome: .unknown)
          }
          return WrittenBatch(items.map { _ in true }, isLogged: true)
        }, slow: TestStream.slow, guards: ["item_pkey"])
      #expect(await test.write([1, 2], paths) == [.success(false), .success(false)])
      #expect(await test.write([3], paths) == [.success(true)])
      let (log, items) = (try await test.log(), try await test.items())
      // The claim, the batch, the claim that made sure, the next batch.
      #expect(log == ["(3,1)", "(3,2)", "(3,3)", "(3,4)"] && items == ["(1)", "(2)", "(3)"])
    }
  }

  /// The connection ended with the statements unsent or undone.
  @Test func `a batch that was lost before its commit is written once`() async throws {
    try await TestStream.with { test in
      let isFirst = Mutex(true)
      let paths = BatchPaths<Int32, Bool>(
        fast: { items, position, connection throws(PostgresError) in
          if isFirst.withLock({ $0 }) {
            isFirst.withLock { $0 = false }
            await connection.close()
            throw PostgresError(.connectionLost("test"), outcome: .unknown)
          }
          _ = try await connection.pipeline([
            TestStream.logRow(position), TestStream.insert(.int32Array(items)),
          ])
          return WrittenBatch(items.map { _ in true }, isLogged: true)
        }, slow: TestStream.slow, guards: ["item_pkey"])
      #expect(await test.write([1], paths) == [.success(true)])
      let (log, items) = (try await test.log(), try await test.items())
      #expect(log == ["(3,1)", "(3,2)", "(3,3)"] && items == ["(1)"])
    }
  }

  /// The lost session's transaction is still running on the server and commits in a moment: looking
  /// before it has ended would find nothing, and write everything a second time.
  @Test func `a lost transaction that is still running is waited for`() async throws {
    try await TestStream.with { test in
      let lost = try await TestSession(test.session.connectionString)
      let isFirst = Mutex(true)
      let paths = BatchPaths<Int32, Bool>(
        fast: { items, position, connection throws(PostgresError) in
          guard isFirst.withLock({ $0 }) else { throw PostgresError(.unavailable) }
          isFirst.withLock { $0 = false }
          try await lost.run(
            """
            BEGIN; INSERT INTO batch_log VALUES (\(position.stream), \(position.position));
            INSERT INTO item VALUES (1, 10);
            """)
          throw PostgresError(.connectionLost("test"), outcome: .unknown)
        }, slow: TestStream.slow, guards: ["item_pkey"])
      async let answers = test.write([1, 2], paths)
      let blocked = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'orderly'
          AND wait_event_type = 'Lock'
        """
      while try await test.session.number(blocked) == 0 { await Task.yield() }
      try await lost.run("COMMIT")
      #expect(await answers == [.success(false), .success(true)])
      await lost.close()
      let (log, items) = (try await test.log(), try await test.items())
      #expect(log == ["(3,1)", "(3,2)", "(3,3)", "(3,4)"] && items == ["(1)", "(2)"])
    }
  }

  @Test(arguments: ["40001", "40P01", "55P03"])
  func `what was undone because of others is sent five times more, and not for ever`(
    code: String
  ) async throws {
    try await TestStream.with { test in
      let failures = Mutex(5)
      let sent = Mutex(0)
      let refusal = ServerError(sqlState: SQLState(rawValue: code), message: "test")
      let paths = BatchPaths<Int32, Bool>(
        fast: { items, position, connection throws(PostgresError) in
          sent.withLock { $0 += 1 }
          let fails = failures.withLock { left in
            left -= 1
            return left >= 0
          }
          if fails { throw PostgresError(.server(refusal)) }
          return try await TestStream.slow(items, position, connection)
        }, slow: TestStream.slow)
      #expect(await test.write([1], paths) == [.success(true)])
      #expect(sent.withLock { $0 } == 6)
      failures.withLock { $0 = 6 }
      #expect(await test.write([2], paths) == [.failure(.databaseUnavailable)])
      let items = try await test.items()
      #expect(items == ["(1)"])
    }
  }

  @Test func `without a database a batch is refused, and one in doubt is told as such`()
    async throws
  {
    try await TestStream.with { test in
      let paths = BatchPaths<Int32, Bool>(
        fast: { _, _, connection throws(PostgresError) in
          await connection.close()
          throw PostgresError(.connectionLost("test"), outcome: .unknown)
        },
        slow: { _, _, _ throws(PostgresError) in throw PostgresError(.unavailable) })
      #expect(await test.write([1], paths) == [.failure(.outcomeUnknown)])
      let gone = BatchPaths<Int32, Bool>(
        slow: { _, _, _ throws(PostgresError) in throw PostgresError(.unavailable) })
      #expect(await test.write([1], gone) == [.failure(.databaseUnavailable)])
      // And it goes on when the database is there again.
      #expect(await test.write([1]) == [.success(true)])
    }
  }
}

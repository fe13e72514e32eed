import Logging
import Postgres
import TestSupport
import Testing

@testable import Operations

@Suite(.serialized, .timeLimit(.minutes(2))) struct LogWatchTests {
  private static let heads = LogHeads.statement(of: "some_log")

  private static var logger: Logger {
    var logger = Logger(label: "log-watch-test")
    logger.logLevel = .critical
    return logger
  }

  /// A log on a database of its own, watched with a pause longer than any test.
  private static func with(
    _ body: (LogWatch, TestSession) async throws -> Void
  ) async throws {
    let database = try await ThrowAwayPostgres.shared.makeDatabase()
    let session = try await TestSession(database)
    try await session.run(
      "CREATE TABLE some_log (stream smallint, pos bigint, PRIMARY KEY (stream, pos))")
    let pool = try PostgresPool(
      connectionString: database, settings: PoolSettings(connections: 1), connection: .reading,
      logger: logger)
    await pool.start()
    try await pool.waitUntilUp(atMost: .seconds(60))
    let watch = LogWatch(
      pool: pool, statement: heads, pause: .seconds(3_600), logger: logger)
    do {
      try await body(watch, session)
    } catch {
      await pool.close()
      throw error
    }
    watch.stop()
    await session.close()
    await pool.close()
  }

  private static func add(_ rows: String, _ session: TestSession) async throws {
    try await session.run("INSERT INTO some_log VALUES \(rows)")
  }

  @Test func `a listener hears the heads of every stream there is, then each change`() async throws
  {
    try await Self.with { watch, session in
      var news = watch.listen().makeAsyncIterator()
      #expect(await news.next() == .success(LogHeads()))
      try await Self.add("(0, 1), (7, 1), (7, 2), (32767, 1)", session)
      watch.nudge()
      #expect(await news.next() == .success(LogHeads([0: 1, 7: 2, 32_767: 1])))
      try await Self.add("(7, 3), (300, 1)", session)
      watch.nudge()
      #expect(await news.next() == .success(LogHeads([0: 1, 7: 3, 300: 1, 32_767: 1])))
    }
  }

  /// Who comes to a watch that others listen to has the heads as they are after that, though for
  /// the others nothing has changed.
  @Test func `a later listener hears the present at once, and an earlier one not again`()
    async throws
  {
    try await Self.with { watch, session in
      try await Self.add("(1, 1)", session)
      var first = watch.listen().makeAsyncIterator()
      #expect(await first.next() == .success(LogHeads([1: 1])))
      var second = watch.listen().makeAsyncIterator()
      #expect(await second.next() == .success(LogHeads([1: 1])))
      try await Self.add("(1, 2)", session)
      watch.nudge()
      #expect(await first.next() == .success(LogHeads([1: 2])))
      #expect(await second.next() == .success(LogHeads([1: 2])))
    }
  }

  @Test func `a stop ends all listeners, and those who come later`() async throws {
    try await Self.with { watch, _ in
      var news = watch.listen().makeAsyncIterator()
      _ = await news.next()
      watch.stop()
      #expect(await news.next() == nil)
      var late = watch.listen().makeAsyncIterator()
      #expect(await late.next() == nil)
      #expect(watch.listenerCount == 0)
    }
  }

  @Test func `a database that cannot be asked is the last a listener hears`() async throws {
    let pool = try PostgresPool(
      connectionString: "host=/nonexistent", settings: PoolSettings(connections: 1),
      connection: .reading, logger: Self.logger)
    await pool.start()
    let watch = LogWatch(pool: pool, statement: Self.heads, pause: .seconds(1), logger: Self.logger)
    var news = watch.listen().makeAsyncIterator()
    #expect(await news.next() == .failure(.databaseUnavailable))
    #expect(await news.next() == nil)
    #expect(watch.listenerCount == 0)
    watch.stop()
    await pool.close()
  }
}

import Contracts
import Postgres
import RPC
import TestSupport
import Testing

@testable import Operations

/// What becomes of a batch when its callers stop waiting: a session of the test's holds the row
/// that the batch needs, so that the batch stands still for as long as the test likes.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BatchDeadlineTests {
  private struct Name: Batchable {
    let name: Int32
    var lineCount: Int { 0 }
    var skus: [SKU] { [] }
  }

  /// A row of the key 7 that is not committed yet: whoever inserts it as well has to wait.
  private static func holding(
    _ test: TestStream, _ body: (PostgresConnection) async throws -> Void
  ) async throws {
    var settings = PostgresSettings()
    settings.idleInTransactionTimeout = .zero
    let holder = try PostgresConnection(
      connectionString: test.session.connectionString, settings: settings)
    try await holder.connect()
    try await holder.script("BEGIN; INSERT INTO item VALUES (7, 1)")
    do {
      try await body(holder)
    } catch {
      await holder.close()
      throw error
    }
    await holder.close()
  }

  private static func waitForBlocked(_ test: TestStream) async throws {
    while try await test.session.number(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'
      """) == 0
    { try await Task.sleep(for: .milliseconds(5)) }
  }

  private static let slowOnly = BatchPaths<Int32, Bool>(slow: TestStream.slow)

  @Test func `a slow path for which nobody waits is given up, and leaves nothing`() async throws {
    try await TestStream.with { test in
      try await Self.holding(test) { holder in
        let answers = await test.write(
          [6, 7], Self.slowOnly, until: .after(.milliseconds(300)))
        // It may have been sent again meanwhile, since a lock is waited for 2 s at most.
        #expect(answers == [.failure(.deadline), .failure(.deadline)])
        try await holder.script("ROLLBACK")
      }
      let (items, log) = (try await test.items(), try await test.log())
      #expect(items == [] && log == ["(3,1)"])
      // The stream goes on where it was.
      #expect(await test.write([6, 7]) == [.success(true), .success(true)])
      let after = try await test.log()
      #expect(after == ["(3,1)", "(3,2)"])
    }
  }

  @Test func `a fast path goes on though nobody waits, and only who expired hears so`()
    async throws
  {
    try await TestStream.with { test in
      let stream = test.stream
      let flusher = Flusher<Name, Bool>(timedWrite: { names, deadline in
        await stream.write(names.map(\.name), TestStream.paths, until: deadline)
      })
      try await Self.holding(test) { holder in
        async let patient = flusher.submit([Name(name: 7)], deadline: .never)
        try await Self.waitForBlocked(test)
        // These are the next batch, of which one stops waiting while it is in flight or before.
        async let hasty = flusher.submit([Name(name: 8)], deadline: .after(.milliseconds(50)))
        async let other = flusher.submit([Name(name: 9)], deadline: .never)
        #expect(await hasty == [.failure(.deadline)])
        try await holder.script("ROLLBACK")
        #expect(await patient == [.success(true)])
        #expect(await other == [.success(true)])
      }
      await flusher.stop()
      let items = try await test.items()
      #expect(items == ["(7)", "(9)"])
    }
  }

  @Test func `a fast path is not given up, however long nobody has waited for it`() async throws {
    try await TestStream.with { test in
      try await Self.holding(test) { holder in
        async let answers = test.write([7], until: .after(.zero))
        try await Self.waitForBlocked(test)
        try await holder.script("ROLLBACK")
        #expect(await answers == [.success(true)])
      }
      let items = try await test.items()
      #expect(items == ["(7)"])
    }
  }

  @Test func `a batch is as patient as the most patient of its callers`() {
    var state = FlusherState<Name, Int>(caps: BatchCaps(), waitingMax: 10)
    let now = Deadline.after(.zero)
    let (soon, late) = (Deadline.after(.seconds(5)), Deadline.after(.seconds(50)))
    for (index, deadline) in [soon, late, soon].enumerated() {
      _ = state.submit(
        [(item: Name(name: Int32(index)), waiter: index)], deadline: deadline, now: now)
    }
    #expect(state.nextBatch(now: now).batch?.count == 3)
    #expect(state.latestDeadline == late)
  }
}

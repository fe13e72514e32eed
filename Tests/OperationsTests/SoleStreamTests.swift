import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Operations

/// The stream of an only writer, on a clock that a test moves.
@Suite(.serialized) struct SoleStreamTests {
  /// A lease, how far its clock has been moved, and how often memory had to be forgotten.
  private final class Moved: Sendable {
    let ahead = Mutex(Duration.zero)
    let forgotten = Mutex(0)
    private let start = ContinuousClock.now

    func lease(isAlone: Bool = false) -> StreamLease {
      StreamLease(isAlone: isAlone, clock: { self.start + self.ahead.withLock { $0 } }) {
        self.forgotten.withLock { $0 += 1 }
      }
    }

    func move(by duration: Duration) { ahead.withLock { $0 += duration } }
  }

  /// The first batch commits, or not, and its answer is lost.
  private static func losing(
    commits: Bool, _ meanwhile: @escaping @Sendable () async -> Void = {}
  ) -> BatchPaths<Int32, Bool> {
    let isFirst = Mutex(true)
    return BatchPaths<Int32, Bool>(
      fast: { items, position, connection throws(PostgresError) in
        let isLost = isFirst.withLock { first in
          defer { first = false }
          return first
        }
        if commits || !isLost {
          _ = try await connection.pipeline([
            TestStream.logRow(position), TestStream.insert(.int32Array(items)),
          ])
        }
        if isLost {
          await connection.close()
          await meanwhile()
          throw PostgresError(.connectionLost("test"), outcome: .unknown)
        }
        return WrittenBatch(items.map { _ in true }, isLogged: true)
      }, slow: TestStream.slow, guards: ["item_pkey"])
  }

  @Test func `an empty stream is claimed at the start, and beats only when it is silent`()
    async throws
  {
    let moved = Moved()
    let lease = moved.lease()
    try await TestStream.with(lease: lease) { test in
      #expect(lease.isOwner && lease.isValid)
      await test.stream.beat()
      moved.move(by: .seconds(1))
      await test.stream.beat()
      #expect(await test.write([1]) == [.success(true)])
      await test.stream.beat()
      let log = try await test.log()
      #expect(log == ["(0,1)", "(0,2)", "(0,3)"])
    }
  }

  @Test(arguments: [true, false])
  func `after a lost answer the stream is its own again`(commits: Bool) async throws {
    let moved = Moved()
    let lease = moved.lease()
    try await TestStream.with(lease: lease) { test in
      let answers = await test.write([1], Self.losing(commits: commits))
      // What was written already is found, and not written again.
      #expect(answers == [.success(!commits)])
      #expect(lease.isOwner && moved.forgotten.withLock { $0 } == 2)
      let items = try await test.items()
      #expect(items == ["(1)"])
    }
  }

  @Test func `after a lost answer and five seconds a new row may be another's`() async throws {
    let moved = Moved()
    let lease = moved.lease()
    try await TestStream.with(lease: lease) { test in
      let answers = await test.write(
        [1], Self.losing(commits: true) { moved.move(by: .seconds(5)) })
      #expect(answers == [.failure(.outcomeUnknown)])
      #expect(!lease.isOwner)
      #expect(await test.write([2]) == [.failure(.notWriter)])
      await test.stream.beat()
      moved.move(by: .seconds(5))
      await test.stream.beat()
      #expect(await test.write([2]) == [.success(true)])
    }
  }

  @Test func `after a lost answer that left no row the stream is still its own, however late`()
    async throws
  {
    let moved = Moved()
    try await TestStream.with(lease: moved.lease()) { test in
      let answers = await test.write(
        [1], Self.losing(commits: false) { moved.move(by: .seconds(60)) })
      #expect(answers == [.success(true)])
    }
  }

  @Test func `a row of another writer ends it, and nothing is written`() async throws {
    let moved = Moved()
    let lease = moved.lease()
    let changes = Mutex<[Bool]>([])
    lease.whenOwnerChanges { [weak lease] in
      changes.withLock { $0.append(lease?.isOwner == true) }
    }
    try await TestStream.with(lease: lease) { test in
      try await test.session.run("INSERT INTO batch_log VALUES (0, 2)")
      #expect(await test.write([1]) == [.failure(.notWriter)])
      #expect(!lease.isOwner && !lease.isValid)
      // Who asks for the writer hears of each change, and of nothing else.
      #expect(changes.withLock { $0 } == [true, false])
      let items = try await test.items()
      #expect(items.isEmpty)
    }
  }

  @Test func `who ends says so in the log`() async throws {
    try await TestStream.with(lease: Moved().lease()) { test in
      await test.stream.giveUp()
      let log = try await test.session.texts("SELECT stream, pos, at = 'epoch' FROM batch_log")
      #expect(log == ["(0,1,f)", "(0,2,t)"])
      #expect(await test.write([1]) == [.failure(.notWriter)])
      // Nobody else is there, so the next look takes it back.
      await test.stream.beat()
      #expect(await test.write([1]) == [.success(true)])
    }
  }
}

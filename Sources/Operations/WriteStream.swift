public import Logging
public import Postgres
public import RPC

/// One connection that writes batches, and the stream of the log that is its own.
///
/// ```
///             claim                    23505 on the log's key
///   without ─────────▶ owns (stream, position) ────────────────▶ without
///                        │            ▲
///        lost in a commit └▶ doubtful ─┘ claim of the same stream
/// ```
/// A batch is one transaction with one row of the log in it, so the log tells what was committed,
/// and whoever claims a stream knows that no transaction of its former writer can still commit.
///
/// With a lease it means to be the only writer: it has stream 0 or none, and claims it only when
/// its former writer cannot believe any more that it is the one.
///
/// It writes one batch at a time: its caller is a `Flusher`.
public actor WriteStream {
  let pool: PostgresPool
  let table: LogTable
  let settings: WriteStreamSettings
  let logger: Logger
  var ownership = Ownership.none
  /// How many batches were written on which path.
  public nonisolated let counts = BatchCounts()

  enum Ownership: Equatable {
    case none
    /// The last position that is known to be committed.
    case owned(LogPosition)
    /// The same, but a transaction of ours may still commit after it.
    case doubtful(LogPosition)
  }

  public init(
    connectionString: String, table: LogTable,
    settings: WriteStreamSettings = WriteStreamSettings(), logger: Logger
  ) throws(PostgresError) {
    self.table = table
    self.settings = settings
    self.logger = logger
    pool = try PostgresPool(
      connectionString: connectionString, settings: PoolSettings(connections: 1),
      connection: .writing, logger: logger)
  }

  /// Opens the connection and claims a stream, if it may.
  /// - Parameter limit: how long the database may take to come up.
  public func start(waitingAtMost limit: Duration) async throws(PostgresError) {
    await pool.start()
    try await pool.waitUntilUp(atMost: limit)
    if settings.lease != nil {
      try await beatOnce()
    } else {
      _ = try await position()
    }
  }

  /// Closes the connection. A batch in flight ends first, when its caller waits for it.
  public func stop() async {
    await giveUp()
    await pool.close()
  }

  /// Writes a batch and answers each item, in order.
  /// - Parameter deadline: when nobody waits for the batch any more. On the slow path it is given
  ///   up then, as long as its commit is not on its way; the fast path is one trip with its commit
  ///   in it, and goes on.
  public func write<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ paths: BatchPaths<Item, Outcome>, until deadline: Deadline = .never
  ) async -> [Result<Outcome, WriteFailure>] {
    await write(items, paths, WriteAttempt(isFast: paths.fast != nil, deadline: deadline))
  }

  private func write<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ paths: BatchPaths<Item, Outcome>, _ first: WriteAttempt
  ) async -> [Result<Outcome, WriteFailure>] {
    var attempt = first
    while !items.isEmpty {
      do throws(PostgresError) {
        guard let position = try await position()?.next else {
          return Self.all(items.count, attempt.isDoubtful ? .outcomeUnknown : .notWriter)
        }
        let begun = settings.lease?.now
        let path = paths.path(isFast: attempt.isFast, isDoubtful: attempt.isDoubtful)
        let end: ContinuousClock.Instant? = attempt.deadline.remaining.map { .now + $0 }
        let isFast = attempt.isFast
        let written = try await pool.withConnection { connection throws(PostgresError) in
          if !isFast { await connection.cancelTransactions(at: end) }
          return try await path(items, position, connection)
        }
        counts.count(isFast: attempt.isFast)
        if written.isLogged { committed(position, begun: begun) }
        return written.answers(items.count)
      } catch {
        let recovery = WriteRecovery(
          from: error, isFast: attempt.isFast, guards: paths.guards, races: paths.races,
          logKey: table.primaryKey)
        if recovery == .split, items.count > 1 {
          return await halves(items, paths, attempt)
        }
        if let failure = await recover(recovery, from: error, &attempt) {
          return Self.all(items.count, failure)
        }
      }
    }
    return []
  }

  private func halves<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ paths: BatchPaths<Item, Outcome>, _ failed: WriteAttempt
  ) async -> [Result<Outcome, WriteFailure>] {
    let middle = items.count / 2
    let start = WriteAttempt(
      isFast: paths.fast != nil && !failed.isDoubtful, deadline: failed.deadline,
      isDoubtful: failed.isDoubtful)
    let first = await write(Array(items[..<middle]), paths, start)
    return first + (await write(Array(items[middle...]), paths, start))
  }

  private static func all<Outcome: Sendable>(
    _ count: Int, _ failure: WriteFailure
  ) -> [Result<Outcome, WriteFailure>] {
    Array(repeating: .failure(failure), count: count)
  }
}

/// The limits of a write stream.
public struct WriteStreamSettings: Sendable {
  /// How often a batch is sent again that was undone because of others, with a growing pause; more
  /// would keep all who wait behind it past their deadlines.
  public var resendsMax = 5
  /// How often a claim is tried. Each try may wait for a lock as long as the lock timeout while the
  /// former writer's transaction is still running.
  public var claimTriesMax = 30
  /// Picks a stream to try. Stream 0 is left to a writer that means to be the only one. There are
  /// so few that a log has a bounded number of them however often processes start, since whoever
  /// reads the log looks at each; and so many that a hundred writers find one of their own.
  public var chooseStream: @Sendable () -> Int16 = { Int16.random(in: 1...streamsMax) }
  public static let streamsMax: Int16 = 255
  /// Given, the stream is the only one that writes, or none.
  public var lease: StreamLease?

  public init() {}
}

extension WriteStream {
  /// Reads on this connection, after all it has written. It is sent again when the connection was
  /// lost, since reading twice does no harm.
  public func read(
    _ statements: [BoundStatement]
  ) async throws(PostgresError) -> [Rows] {
    var resends = 0
    while true {
      do throws(PostgresError) {
        return try await pool.pipeline(statements)
      } catch {
        guard error.isConnectionLost, resends < settings.resendsMax else {
          throw PostgresError(error.reason, statementIndex: error.statementIndex)
        }
        resends += 1
      }
    }
  }
}

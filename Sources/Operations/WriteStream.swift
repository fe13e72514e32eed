public import Logging
public import Postgres

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
/// It writes one batch at a time: its caller is a `Flusher`.
public actor WriteStream {
  let pool: PostgresPool
  let table: LogTable
  let settings: WriteStreamSettings
  let logger: Logger
  var ownership = Ownership.none

  enum Ownership: Equatable {
    case none
    /// The last position that is known to be committed.
    case owned(LogPosition)
    /// A transaction of ours may still commit in it.
    case doubtful(stream: Int16)
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

  /// Opens the connection and claims a stream.
  /// - Parameter limit: how long the database may take to come up.
  public func start(waitingAtMost limit: Duration) async throws(PostgresError) {
    await pool.start()
    try await pool.waitUntilUp(atMost: limit)
    _ = try await position()
  }

  /// Closes the connection. A batch in flight ends first, when its caller waits for it.
  public func stop() async {
    await pool.close()
  }

  /// Writes a batch and answers each item, in order.
  public func write<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ paths: BatchPaths<Item, Outcome>
  ) async -> [Result<Outcome, WriteFailure>] {
    await write(items, paths, WriteAttempt(isFast: paths.fast != nil))
  }

  private func write<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ paths: BatchPaths<Item, Outcome>, _ first: WriteAttempt
  ) async -> [Result<Outcome, WriteFailure>] {
    var attempt = first
    while !items.isEmpty {
      do throws(PostgresError) {
        let position = try await position().next
        let path = paths.path(isFast: attempt.isFast, isDoubtful: attempt.isDoubtful)
        let written = try await pool.withConnection { connection throws(PostgresError) in
          try await path(items, position, connection)
        }
        if written.isLogged { ownership = .owned(position) }
        return items.indices.map { index in
          index < written.outcomes.count
            ? .success(written.outcomes[index]) : .failure(.unforeseen)
        }
      } catch {
        let recovery = WriteRecovery(
          from: error, isFast: attempt.isFast, guards: paths.guards, races: paths.races,
          logKey: table.primaryKey)
        if recovery == .split, items.count > 1 {
          return await halves(items, paths, isDoubtful: attempt.isDoubtful)
        }
        if let failure = await recover(recovery, from: error, &attempt) {
          return items.map { _ in .failure(failure) }
        }
      }
    }
    return []
  }

  private func halves<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ paths: BatchPaths<Item, Outcome>, isDoubtful: Bool
  ) async -> [Result<Outcome, WriteFailure>] {
    let middle = items.count / 2
    let start = WriteAttempt(
      isFast: paths.fast != nil && !isDoubtful, isDoubtful: isDoubtful)
    let first = await write(Array(items[..<middle]), paths, start)
    return first + (await write(Array(items[middle...]), paths, start))
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
  /// Picks a stream to try. Stream 0 is left to a writer that means to be the only one.
  public var chooseStream: @Sendable () -> Int16 = { Int16.random(in: 1...Int16.max) }

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

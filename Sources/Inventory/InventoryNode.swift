public import Contracts
public import Logging
public import Operations
public import Postgres
internal import RPC

/// An inventory at work on its database: its connections, its stream of writes and its handlers.
public struct InventoryNode: Sendable {
  /// What serves the calls; register it in a router once `start` has returned.
  public let handlers: InventoryHandlers

  private let settings: InventorySettings
  private let connectionString: String
  private let logger: Logger
  private let reads: PostgresPool
  private let settles: PostgresPool
  private let hints: PostgresPool
  private let watches: PostgresPool
  private let log: LogWatch
  /// Only for an only writer.
  let keeper: StreamKeeper?
  var lease: StreamLease? { settings.stream.lease }
  let stream: WriteStream

  /// How many batches of holds were written on which path.
  public var batches: BatchCounts { stream.counts }

  /// - Parameter connectionString: of the inventory's own database, as libpq takes it.
  /// - Throws: when the string does not parse. Nothing is opened yet.
  public init(
    settings: InventorySettings = InventorySettings(), connectionString: String, logger: Logger
  ) throws(PostgresError) {
    let view = StockView(bias: settings.viewBias)
    var settings = settings
    if settings.writers == .sole {
      settings.stream.lease = StreamLease(
        isAlone: settings.isAlone, clock: settings.clock, claimed: view.clear)
    }
    self.settings = settings
    self.connectionString = connectionString
    self.logger = logger
    reads = try PostgresPool(
      connectionString: connectionString,
      settings: PoolSettings(connections: settings.readConnections), connection: .reading,
      logger: logger)
    settles = try PostgresPool(
      connectionString: connectionString, settings: PoolSettings(connections: 1),
      connection: .writing, logger: logger)
    hints = try PostgresPool(
      connectionString: connectionString, settings: PoolSettings(connections: 1),
      connection: .hinting, logger: logger)
    stream = try WriteStream(
      connectionString: connectionString, table: StockStatements.log, settings: settings.stream,
      logger: logger)
    // Of their own, so that reading for watchers keeps nobody else waiting.
    watches = try PostgresPool(
      connectionString: connectionString, settings: PoolSettings(connections: 1),
      connection: .reading, logger: logger)
    let log = LogWatch(
      pool: watches, statement: StockStatements.logHeads, pause: settings.watchPause,
      logger: logger)
    self.log = log
    let store = StockStore(
      stream: stream, view: view, lease: settings.stream.lease, logger: logger)
    let reader = StockReader(pool: reads, view: view, settings: settings, logger: logger)
    let writer = Flusher<StockWrite, StockWritten>(
      caps: settings.caps, waitingMax: settings.waitingMax, executor: settings.executor,
      timedWrite: { writes, deadline in
        let answers = await store.write(writes, until: deadline)
        log.nudge()
        return answers
      })
    keeper = settings.stream.lease.map {
      StreamKeeper(writer: writer, reader: reader, lease: $0, pause: settings.beatPause)
    }
    handlers = InventoryHandlers(
      reader: reader, writer: writer,
      settler: HoldSettler(pool: hints, pause: settings.hintPause, logger: logger),
      settlement: HoldSettlement(pool: settles, writer: writer),
      auditor: StockAuditor(pool: reads, logger: logger), lister: StockLister(pool: reads),
      watch: StockWatch(
        feed: StockFeed(
          log: log, pool: watches, skusMax: settings.watchedSKUsMax, logger: logger),
        places: WatchPlaces(max: settings.watchesMax)),
      deadlines: settings.deadlines)
  }

  /// Brings the schema up to date, opens the connections and claims a stream.
  /// - Throws: what stands against it; a database that does not sort by bytes is refused.
  public func start() async throws(PostgresError) {
    let migrations = try Migrations(files: InventoryMigrations.all, logger: logger)
    _ = try await migrations.apply(
      on: connectionString, waitingAtMost: settings.startWaitMax)
    await reads.start()
    await settles.start()
    await hints.start()
    await watches.start()
    do throws(PostgresError) {
      try await reads.waitUntilUp(atMost: settings.startWaitMax)
      try await stream.start(waitingAtMost: settings.startWaitMax)
    } catch {
      await stop()
      throw error
    }
    if let keeper {
      await keeper.beat()
      keeper.start()
    }
  }

  /// Lets watchers go, and those who come later: a stop would wait for them until its time is over.
  public func endWatches() { log.stop() }

  /// Writes what was accepted, refuses what is new and closes the connections.
  public func stop() async {
    endWatches()
    await keeper?.stop()
    await handlers.writer.stop()
    await handlers.reader.stop()
    await handlers.settler.stop()
    await stream.stop()
    await reads.close()
    await settles.close()
    await hints.close()
    await watches.close()
  }

  /// What settles old holds by asking `orders`; it works while its `run` does.
  public func resolver(asking orders: any OrdersService) -> HoldResolver {
    HoldResolver(
      pool: settles, settlement: handlers.settlement, orders: orders, settings: settings,
      logger: logger)
  }

  /// Whether writes sent here are taken: not by a replica beside an only writer.
  public var isWriter: Bool { lease?.isOwner ?? true }

  /// Has `body` called after each change of `isWriter`.
  public func whenWriterChanges(_ body: @escaping @Sendable () -> Void) {
    lease?.whenOwnerChanges(body)
  }

  /// Whether the database answers within `limit` and has every table this program needs.
  public func isReady(within limit: Duration = .seconds(2)) async -> Bool {
    let needed = InventoryMigrations.all.map(\.name)
    do throws(PostgresError) {
      let rows = try await reads.query(
        Self.countMigrations(.textArray(needed)), deadline: .now + limit)
      return try rows.single().int64(0) == Int64(needed.count)
    } catch {
      logger.debug("not ready: \(error)")
      return false
    }
  }

  /// Fills an inventory without any stock with the sample catalogue; any other stays as it is.
  /// - Returns: whether it was filled.
  public func loadSampleCatalogue() async throws(PostgresError) -> Bool {
    let row = try await reads.query(ChangeStatements.countStock()).single()
    if try row.bool(0) { return false }
    let end = ContinuousClock.now + settings.startWaitMax
    while true {
      let answer = await handlers.writer.submit(
        [.change(SampleCatalogue.change)], deadline: .never)
      switch answer.first {
      case .success(.change(.applied)): return true
      // Another process was first: its fixed ref makes ours a repetition.
      case .success: return false
      // An only writer that has just ended by force is one for some seconds to come.
      case .failure(.notWriter) where ContinuousClock.now < end:
        try? await Task.sleep(for: settings.beatPause)
      case .failure, nil: throw PostgresError(.unavailable)
      }
    }
  }

  private static let countMigrations = Statement(
    name: "schema_migration_count",
    sql: "SELECT count(*) FROM schema_migration WHERE name = ANY ($1::text[])")
}

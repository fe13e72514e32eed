public import Contracts
public import Logging
public import Operations
public import Postgres
internal import RPC

/// An orders service at work on its database: its connections, its stream of writes and its
/// handlers.
public struct OrdersNode: Sendable {
  /// What serves the calls; register it in a router once `start` has returned.
  public let handlers: OrderHandlers

  private let settings: OrdersSettings
  private let connectionString: String
  private let logger: Logger
  private let reads: PostgresPool
  private let resolves: PostgresPool
  private let watches: PostgresPool
  private let log: LogWatch
  let stream: WriteStream

  /// How many batches of orders were written on which path.
  public var batches: BatchCounts { stream.counts }

  /// - Parameters:
  ///   - connectionString: of the orders' own database, as libpq takes it.
  ///   - inventory: the remote one, or another node's handlers in the same process.
  /// - Throws: when the string does not parse. Nothing is opened yet.
  public init(
    settings: OrdersSettings = OrdersSettings(), connectionString: String,
    inventory: any InventoryService, logger: Logger
  ) throws(PostgresError) {
    self.settings = settings
    self.connectionString = connectionString
    self.logger = logger
    reads = try PostgresPool(
      connectionString: connectionString,
      settings: PoolSettings(connections: settings.readConnections), connection: .reading,
      logger: logger)
    stream = try WriteStream(
      connectionString: connectionString, table: OrderStatements.log, settings: settings.stream,
      logger: logger)
    resolves = try PostgresPool(
      connectionString: connectionString, settings: PoolSettings(connections: 1),
      connection: .writing, logger: logger)
    // Of their own, so that watchers who catch up keep nobody else waiting.
    watches = try PostgresPool(
      connectionString: connectionString, settings: PoolSettings(connections: 1),
      connection: .reading, logger: logger)
    let log = LogWatch(
      pool: watches, statement: OrderStatements.logHeads, pause: settings.watchPause,
      logger: logger)
    self.log = log
    let store = OrderStore(stream: stream)
    let placing = PlacingOrders()
    let reader = OrderReader(pool: reads, executor: settings.executor, logger: logger)
    let resolver = OrderResolver(pool: resolves, placing: placing, logger: logger)
    let relay = SettlementRelay(
      pool: resolves, inventory: inventory, settings: settings, logger: logger)
    let place = PlaceOrder(
      inventory: InventoryCaller(inventory: inventory, settings: settings),
      writer: Flusher(
        caps: settings.caps, waitingMax: settings.waitingMax, executor: settings.executor,
        timedWrite: { writes, deadline in
          let answers = await store.write(writes, until: deadline)
          log.nudge()
          return answers
        }),
      reader: reader, clock: settings.clock, placing: placing, resolver: resolver, relay: relay,
      logger: logger)
    handlers = OrderHandlers(
      place: place, reader: reader,
      resolver: resolver,
      joined: JoinedCalls(executor: settings.executor), relay: relay,
      lister: OrderLister(pool: reads),
      watch: OrderWatch(
        log: log, pool: watches, places: WatchPlaces(max: settings.watchesMax), logger: logger),
      deadlines: settings.deadlines)
  }

  /// Brings the schema up to date, opens the connections and claims a stream.
  /// - Throws: what stands against it; a database that does not sort by bytes is refused.
  public func start() async throws(PostgresError) {
    let migrations = try Migrations(files: OrdersMigrations.all, logger: logger)
    _ = try await migrations.apply(
      on: connectionString, waitingAtMost: settings.startWaitMax)
    await reads.start()
    await resolves.start()
    await watches.start()
    do throws(PostgresError) {
      try await reads.waitUntilUp(atMost: settings.startWaitMax)
      try await stream.start(waitingAtMost: settings.startWaitMax)
    } catch {
      await stop()
      throw error
    }
    Task { [relay = handlers.relay] in await relay.run() }  // Until `stop`.
  }

  /// Lets watchers go, and those who come later: a stop would wait for them until its time is over.
  public func endWatches() { log.stop() }

  /// Writes what was accepted, refuses what is new and closes the connections.
  public func stop() async {
    endWatches()
    handlers.relay.stop()
    await handlers.place.inventory.stop()
    await handlers.place.writer.stop()
    await handlers.reader.stop()
    await stream.stop()
    await reads.close()
    await resolves.close()
    await watches.close()
  }

  /// Whether the database answers within `limit` and has every table this program needs.
  public func isReady(within limit: Duration = .seconds(2)) async -> Bool {
    let needed = OrdersMigrations.all.map(\.name)
    do throws(PostgresError) {
      let rows = try await reads.query(
        Self.countMigrations(.textArray(needed)), deadline: .now + limit)
      return try rows.single().int64(0) == Int64(needed.count)
    } catch {
      logger.debug("not ready: \(error)")
      return false
    }
  }

  private static let countMigrations = Statement(
    name: "schema_migration_count",
    sql: "SELECT count(*) FROM schema_migration WHERE name = ANY ($1::text[])")
}

import Contracts
import Foundation
import Logging
import Operations
import Postgres
import RPC
import TestSupport
import Testing
import Transport

/// Both services as processes on two databases, with a wire between each pair that can be cut: what
/// a fault test kills, stops and starves, and then asks whether every order is accounted for.
actor FaultedShop {
  nonisolated let inventoryDatabase: String
  nonisolated let ordersDatabase: String
  /// Where the callers write down what they ask and hear: beside the orders, unless that server is
  /// to die.
  private nonisolated let logDatabase: String
  /// Where each talks to: client to orders, orders to inventory, inventory to orders, and both to
  /// their databases.
  nonisolated let wires: Wires

  struct Wires: Sendable {
    let clientToOrders: FaultProxy
    let ordersToInventory: FaultProxy
    let inventoryToOrders: FaultProxy
    let ordersToDatabase: FaultProxy
    let inventoryToDatabase: FaultProxy

    var all: [FaultProxy] {
      [
        clientToOrders, ordersToInventory, inventoryToOrders, ordersToDatabase,
        inventoryToDatabase,
      ]
    }
  }

  enum Service: String, CaseIterable, Sendable { case inventory, orders }

  private var programs: [Service: RunningProgram] = [:]
  private var ports: [Service: Int] = [:]
  /// Those that were told where to die.
  private var armed: Set<Service> = []
  private let databases: [Service: String]
  private let peers: [Service: String]
  private let options: [String]

  init(on postgres: ThrowAwayPostgres = .shared, options: [String] = []) async throws {
    self.options = options
    inventoryDatabase = try await postgres.makeDatabase()
    ordersDatabase = try await postgres.makeDatabase()
    let socket = FaultProxy.Target.socket(ThrowAwayPostgres.socketPath(of: ordersDatabase))
    wires = Wires(
      clientToOrders: FaultProxy(), ordersToInventory: FaultProxy(),
      inventoryToOrders: FaultProxy(), ordersToDatabase: FaultProxy(to: socket),
      inventoryToDatabase: FaultProxy(to: socket))
    var started: [Int] = []
    for wire in wires.all { started.append(try await wire.start()) }
    address = "127.0.0.1:\(started[0])"
    peers = [.orders: "127.0.0.1:\(started[1])", .inventory: "127.0.0.1:\(started[2])"]
    databases = [
      .orders: Self.overTCP(ordersDatabase, started[3]),
      .inventory: Self.overTCP(inventoryDatabase, started[4]),
    ]
    logDatabase =
      postgres === ThrowAwayPostgres.shared
      ? ordersDatabase : try await ThrowAwayPostgres.shared.makeDatabase()
    for service in Service.allCases { try await start(service) }
    for database in Set([ordersDatabase, logDatabase]) {
      let session = try await TestSession(database)
      try await session.run(InvariantChecks.driverLogSQL)
      await session.close()
    }
  }

  /// Of orders, over the client's wire.
  nonisolated let address: String

  /// Of a word that comes twice the last counts.
  private static func overTCP(_ target: String, _ port: Int) -> String {
    target + " host=127.0.0.1 port=\(port)"
  }

  // MARK: - Processes

  /// - Parameters:
  ///   - dieAt: a point and a passage, like `holdBeforeSend:2`.
  ///   - stopAt: likewise, where it stands still until SIGCONT.
  func start(_ service: Service, dieAt: String? = nil, stopAt: String? = nil) async throws {
    var arguments = [
      service.rawValue, "--database", databases[service] ?? "", "--peer", peers[service] ?? "",
      "--port", "\(ports[service] ?? 0)",
    ]
    arguments += options
    if let dieAt { arguments += ["--die-at", dieAt] }
    if let stopAt { arguments += ["--stop-at", stopAt] }
    let program = try RunningProgram(try BuiltPrograms.path("FaultNode"), arguments)
    programs[service] = program
    let line = try await program.line("ready ")
    let port = line.split(separator: ":").last.flatMap { Int($0) } ?? 0
    // Wherever it listens at first, it listens ever after.
    ports[service] = port
    let wires =
      service == .orders
      ? [self.wires.clientToOrders, self.wires.inventoryToOrders] : [self.wires.ordersToInventory]
    for wire in wires { wire.aim(at: .port(port)) }
    if dieAt == nil { armed.remove(service) } else { armed.insert(service) }
  }

  /// Whether it was told where to die and has not got there.
  func isArmed(_ service: Service) -> Bool { armed.contains(service) && isRunning(service) }

  /// For the message of a failure.
  private func state(of service: Service) -> String {
    guard let program = programs[service] else { return "was never started" }
    return "\(program.isRunning ? "runs" : "has ended"): \(program.standardError)"
  }

  func isRunning(_ service: Service) -> Bool { programs[service]?.isRunning ?? false }

  func processID(_ service: Service) -> Int32 { programs[service]?.processIdentifier ?? 0 }

  func send(_ signal: Int32, to service: Service) { programs[service]?.send(signal) }

  /// Ends it and waits until it has ended.
  func end(_ service: Service, by signal: Int32) async throws {
    programs[service]?.send(signal)
    _ = try await programs[service]?.end()
  }

  func restart(
    _ service: Service, by signal: Int32 = SIGKILL, dieAt: String? = nil, stopAt: String? = nil
  ) async throws {
    try await end(service, by: signal)
    try await start(service, dieAt: dieAt, stopAt: stopAt)
  }

  /// Waits until it has died of itself and starts another in its place, unless cancelled before.
  func succeed(_ service: Service) async throws {
    while isRunning(service) {
      do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
    }
    _ = try await programs[service]?.end()
    try await start(service)
  }

  func stop() async throws {
    for service in Service.allCases {
      programs[service]?.send(SIGCONT)
      try await end(service, by: SIGKILL)
    }
    for wire in wires.all { await wire.stop() }
  }

  /// The process of PostgreSQL that inventory keeps busiest right now.
  nonisolated func busyBackend() async throws -> Int32 {
    let session = try await TestSession(inventoryDatabase)
    let backend = try await session.number(
      """
      SELECT pid FROM pg_stat_activity WHERE application_name = 'orderly'
        AND datname = current_database()
      ORDER BY (state <> 'idle') DESC, query_start DESC LIMIT 1
      """)
    await session.close()
    return Int32(backend)
  }

  // MARK: - Customers

  nonisolated func client() -> Client {
    var settings = ClientSettings()
    settings.backoff.initial = .milliseconds(20)
    settings.backoff.max = .milliseconds(200)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return Client([address], settings: settings, logger: logger)
  }

  nonisolated static let skus = (0..<8).map { "S\($0)" }

  /// Adds pieces of each SKU; the first is scarce.
  func restock(_ ref: String, pieces: Int64 = 1_000) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let client = Client(["127.0.0.1:\(ports[.inventory] ?? 0)"], logger: logger)
    defer { Task { await client.shutdown() } }
    let items = Self.skus.enumerated().map { index, sku in
      StockAdjustment(
        sku: sku, delta: index == 0 ? 8 : pieces, unitPriceMinor: 100, currency: "EUR")
    }
    let request = AdjustStockRequest(ref: ref, reason: "receipt", actor: "test", items: items)
    // A second try after one that was cut changes nothing, by the reference.
    var tries = 0
    while true {
      do throws(RPCError) {
        _ = try await RemoteInventory(client).adjustStock(
          request, CallContext(deadline: .after(.seconds(60)), waitsForReady: true))
        return
      } catch {
        tries += 1
        guard error.code == .unavailable, tries < 100 else {
          throw SystemFailure("\(error); inventory \(state(of: .inventory))")
        }
      }
    }
  }

  /// Leaves two holds that are old: one whose order was never written, and one whose order was,
  /// but that never heard of it.
  func age(_ name: String) async throws {
    let stock = try await TestSession(inventoryDatabase)
    try await stock.run(
      """
      INSERT INTO hold (order_id, state, fingerprint, held_at)
        VALUES (md5('\(name)')::uuid, 1, '\\x00', now() - interval '1 minute');
      INSERT INTO hold_line (order_id, sku, quantity) VALUES (md5('\(name)')::uuid, 'S1', 1);
      UPDATE stock SET reserved = reserved + 1, version = version + 1 WHERE sku = 'S1'
      """)
    try await stock.run(
      """
      UPDATE hold SET state = 1, settled_at = NULL, held_at = now() - interval '1 minute'
        WHERE order_id = (SELECT order_id FROM hold WHERE state = 2 ORDER BY order_id LIMIT 1)
          AND state = 2
      """)
    await stock.close()
  }

  /// What may happen to any of these tests' callers; all of it is asked for again.
  func drive(_ driver: OrderDriver) async throws -> OrderDriver.Result {
    try await driver.run(logIn: logDatabase)
  }

  /// Puts the callers' log beside the orders, where the checks look for it.
  private func carryLogOver() async throws {
    guard logDatabase != ordersDatabase else { return }
    let log = try await TestSession(logDatabase)
    let ledger = try await TestSession(ordersDatabase)
    for table in ["client_sent", "client_ok", "client_answer"] {
      var script = "TRUNCATE \(table)"
      for row in try await log.texts("SELECT * FROM \(table)") {
        script += "; INSERT INTO \(table) SELECT ($row$\(row)$row$::\(table)).*"
      }
      try await ledger.run(script)
    }
    await log.close()
    await ledger.close()
  }

  // MARK: - The end

  /// Mends everything, waits until every hold is settled, and looks at all there is.
  func expectAccounted(
    _ about: String, _ result: OrderDriver.Result,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let comment = Comment(rawValue: "\(about): \(result)")
    for wire in wires.all { wire.set(.none) }
    for service in Service.allCases {
      programs[service]?.send(SIGCONT)
      if !isRunning(service) { try await restart(service) }
    }
    let stock = try await TestSession(inventoryDatabase)
    let ledger = try await TestSession(ordersDatabase)
    var open: Int64 = 1
    for _ in 0..<6_000 where open > 0 {
      open = try await stock.number("SELECT count(*) FROM hold WHERE state = 1")
      open += try await ledger.number("SELECT count(*) FROM settle_due")
      if open > 0 { try await Task.sleep(for: .milliseconds(20)) }
    }
    try await carryLogOver()
    let breaches = try await InvariantChecks.settledBreaches(
      inventory: inventoryDatabase, orders: ordersDatabase)
    #expect(breaches == [], comment, sourceLocation: sourceLocation)
    #expect(result.open == 0, comment, sourceLocation: sourceLocation)
    for session in [stock, ledger] {
      let deadlocks = try await session.number(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
      #expect(deadlocks == 0, comment, sourceLocation: sourceLocation)
      await session.close()
    }
  }
}

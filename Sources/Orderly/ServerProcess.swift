import Contracts
import FoundationEssentials
import Logging
import Operations
import RPC

/// What stands around the services of a process: settings, logs, metrics, admin listener, and the
/// runner that stops everything.
final class ServerProcess: Sendable {
  let settings: Settings
  let logs: LogSystem
  let runner: ServiceRunner
  let metrics = MetricsRegistry()
  /// Of all RPC servers of the process: in `up` two share the health method, which is one series.
  let serverCalls: CallMetrics
  let clientCalls: CallMetrics
  let serverTraffic: TrafficMetrics
  let clientTraffic: TrafficMetrics
  let certificates: ProcessCertificates

  private let logger: Logger
  private let startedAt = UTCTime.now
  private let loops = LoopWatch()
  private let health = HealthRegister()

  private static let paths = [
    InventoryAPI.checkStock.path, InventoryAPI.reserveStock.path, InventoryAPI.adjustStock.path,
    InventoryAPI.settleReservations.path, InventoryAPI.reconcileStock.path,
    OrdersAPI.placeOrder.path, OrdersAPI.getOrder.path, OrdersAPI.cancelOrder.path,
    OrdersAPI.resolveOrders.path, OrdersAPI.listOrders.path, InventoryAPI.listStock.path,
    OrdersAPI.watchOrders.path, InventoryAPI.watchStock.path,
    HealthAPI.check.path, HealthAPI.watch.path, ReflectionAPI.info.path,
  ]

  init(_ settings: Settings, logs: LogSystem) throws {
    self.settings = settings
    self.logs = logs
    let service = settings.program.rawValue
    logger = logs.logger("process", service: service)
    runner = ServiceRunner(
      delay: settings.shutdownDelay, drain: settings.shutdownDrain, health: health,
      logger: logger)
    let accessLog = AccessLog(
      settings.logAccess, logger: logs.logger("rpc.access", service: service))
    serverCalls = try CallMetrics(
      .server, paths: Self.served(by: settings.program), registry: metrics, accessLog: accessLog)
    clientCalls = try CallMetrics(
      .client, paths: Self.called(by: settings.program), registry: metrics)
    serverTraffic = try TrafficMetrics(.server, registry: metrics)
    clientTraffic = try TrafficMetrics(.client, registry: metrics)
    try ProcessMetrics.register(in: metrics, startedAt: startedAt)
    try metrics.counter(
      "orderly_log_dropped_total", "Log lines given up because nobody read them in time."
    ) { Double(logs.droppedCount) }
    runner.counts { [serverCalls] in serverCalls.endedCount }
    certificates = try ProcessCertificates(
      settings, logger: logs.logger("certificates", service: service))
    loops.start()
  }

  private static func served(by program: Program) -> [String] {
    switch program {
    case .up: paths
    case .inventory: paths.filter { !$0.hasPrefix("/\(OrdersAPI.service)/") }
    case .orders: paths.filter { !$0.hasPrefix("/\(InventoryAPI.service)/") }
    case .edge, .migrate: []
    }
  }

  private static func called(by program: Program) -> [String] {
    switch program {
    case .up, .edge:
      paths.filter {
        ![HealthAPI.check.path, HealthAPI.watch.path, ReflectionAPI.info.path].contains($0)
      }
    case .orders: [InventoryAPI.checkStock.path, InventoryAPI.reserveStock.path]
    case .inventory: [OrdersAPI.resolveOrders.path]
    case .migrate: []
    }
  }

  /// Listens for the admin pages, before anything else so that a slow start can be watched.
  func startAdmin() async throws(Failure) {
    let server = AdminServer(
      host: settings.adminHost, port: settings.adminPort,
      pages: AdminPages(
        health: health, loops: loops, metrics: metrics, settings: settings,
        info: ProcessInformation(
          program: settings.program,
          processID: Int(ProcessInfo.processInfo.processIdentifier), startedAt: startedAt)),
      logger: logs.logger("admin", service: settings.program.rawValue))
    let port = try await server.start()
    runner.started(
      ServicePart(
        "admin", stop: .close(atMost: .seconds(1)) { await server.stop(within: .milliseconds(500)) }
      ))
    let address = PeerAddress(host: settings.adminHost, port: port)
    logger.notice("admin listener", metadata: ["address": .string(address.description)])
  }

  /// Reads certificates again when their files change, and at once when asked to.
  func watchCertificates(askedBy signals: SignalWatch) {
    // Without them SIGHUP ends the process, as a shell expects whose terminal went away.
    guard certificates.areThere else { return }
    let hangups = signals.hangups()
    let task = Task { [certificates] in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await certificates.watch() }
        for await _ in hangups { await certificates.reload() }
      }
    }
    runner.started(
      ServicePart("certificates", stop: .close(atMost: .seconds(1)) { task.cancel() }))
  }

  /// Everything runs: readiness follows the checks from here on. Each has been made once when this
  /// returns, so that whoever reads `ready` finds the services ready.
  func startServing() async {
    let interval = settings.healthInterval
    for checks in health.all {
      await checks.checkAll()
      checks.startServing()
      let task = Task { await checks.run(every: interval) }
      runner.started(
        ServicePart(
          "health of \(checks.service)", stop: .close(atMost: .seconds(1)) { task.cancel() }))
    }
  }

  /// Does something once the stop has begun and readiness is taken back.
  func whenDraining(_ health: HealthChecks, _ work: @escaping @Sendable () -> Void) {
    let changes = health.changes()
    Task {
      for await _ in changes where health.phase == .draining { return work() }
    }
  }

  func healthChecks(_ service: String, _ checks: [HealthCheck]) -> HealthChecks {
    let made = HealthChecks(
      service: service, checks: checks, timeout: settings.healthTimeout,
      logger: logs.logger("\(service).health", service: service))
    health.add(made)
    return made
  }
}

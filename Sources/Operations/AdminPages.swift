internal import RPC

/// What the admin listener answers, without a socket: a method and a path in, a status and bytes
/// out.
public struct AdminPages: Sendable {
  struct Answer {
    var status = 200
    var contentType = "application/json"
    var allow: String?
    var body: [UInt8]
  }

  private let register: HealthRegister
  private let loops: LoopWatch
  private let metrics: MetricsRegistry
  private let settings: Settings
  private let info: ProcessInformation

  /// - Parameter health: Of each service in the process; `orderly up` has three.
  public init(
    health: HealthRegister, loops: LoopWatch, metrics: MetricsRegistry, settings: Settings,
    info: ProcessInformation
  ) {
    self.register = health
    self.loops = loops
    self.metrics = metrics
    self.settings = settings
    self.info = info
  }

  func answer(_ method: String, _ path: String) -> Answer {
    guard let page = page(at: path) else { return problem(.notFound, path) }
    switch method {
    case "GET", "HEAD": return page()
    default: return problem(.methodNotAllowed(method, allow: "GET, HEAD"), path)
    }
  }

  private func page(at path: String) -> (() -> Answer)? {
    switch path {
    case "/livez": liveness
    case "/readyz": readiness
    case "/health": healthPage
    case "/metrics": metricsPage
    case "/config": configPage
    case "/info": { Answer(body: info.json.bytes) }
    default: nil
    }
  }

  /// Only the loops: a database that is gone is no reason to restart this process.
  private func liveness() -> Answer {
    let stuck = loops.stuckCount
    if stuck == 0 { return Answer(body: JSONValue.object([("status", .string("UP"))]).bytes) }
    return Answer(
      status: 503,
      body: JSONValue.object([
        ("status", .string("DOWN")), ("stuckLoops", .int(stuck)),
      ]).bytes)
  }

  private func readiness() -> Answer {
    let health = register.all
    // As long as no service has been made yet, the process has only begun to start.
    let failing =
      health.isEmpty
      ? ["startup"]
      : health.flatMap { checks in checks.failingNames.map { name(of: $0, in: checks) } }
    if failing.isEmpty { return Answer(body: JSONValue.object([("status", .string("UP"))]).bytes) }
    return Answer(
      status: 503,
      body: JSONValue.object([
        ("status", .string("DOWN")), ("failing", .array(failing.map { .string($0) })),
      ]).bytes)
  }

  private func healthPage() -> Answer {
    let stuck = loops.stuckCount
    let health = register.all
    let now = UTCTime.now
    let found = health.flatMap { checks in
      checks.components.map { (name(of: $0.name, in: checks), Self.json(of: $0, now: now)) }
    }
    let loopsStatus = stuck == 0 ? HealthStatus.up : .down
    let loopsJSON = JSONValue.object([
      ("status", .string(loopsStatus.rawValue)),
      ("message", .string(stuck == 0 ? "" : "\(stuck) event loops do not turn")),
    ])
    let isDown =
      stuck > 0
      || health.contains { checks in
        checks.components.contains { $0.status == .down || $0.status == .outOfService }
      }
    return Answer(
      status: isDown ? 503 : 200,
      body: JSONValue.object([
        ("status", .string(isDown ? "DOWN" : "UP")),
        ("components", .object([("loops", loopsJSON)] + found)),
      ]).bytes)
  }

  /// In `orderly up` two services have a `database`, so there the service stands in front.
  private func name(of component: String, in checks: HealthChecks) -> String {
    register.all.count == 1 ? component : "\(checks.service).\(component)"
  }

  private static func json(of component: ComponentHealth, now: UTCTime) -> JSONValue {
    let age = component.checkedAt.map { now.microsecondsSince1970 - $0.microsecondsSince1970 }
    return .object([
      ("status", .string(component.status.rawValue)),
      ("since", .string(component.since.description)),
      ("ageMs", age.map { .int(Int(max(0, $0) / 1000)) } ?? .null),
      ("durationMs", .int(Int(component.duration.wholeNanoseconds / 1_000_000))),
      ("message", .string(component.message)),
    ])
  }

  private func metricsPage() -> Answer {
    Answer(contentType: MetricsPage.contentType, body: metrics.page.bytes)
  }

  private func configPage() -> Answer {
    let rows = settings.table.rows.map { row in
      (
        row.key,
        JSONValue.object([
          ("value", settings.shownText(of: row).map { .string($0) } ?? .null),
          ("source", .string(settings.source(of: row).description)),
          // Nothing is read again while the process runs, whatever the row allows for.
          ("reloads", .bool(false)),
        ])
      )
    }
    return Answer(body: JSONValue.object(rows).bytes)
  }

  private func problem(_ problem: AdminProblem, _ path: String) -> Answer {
    Answer(
      status: problem.status, contentType: "application/problem+json", allow: problem.allow,
      body: problem.json(path).bytes)
  }
}

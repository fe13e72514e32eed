import Foundation
import Logging
import NIOPosix
import Synchronization
import Testing

@testable import Operations

@Suite struct AdminPagesTests {
  private struct Gone: Error, CustomStringConvertible {
    let description = "connection refused"
  }

  /// Loops that nobody watches; their clock stands still, so none becomes stuck.
  private static func idleLoops() -> LoopWatch {
    let now = ContinuousClock.now
    return LoopWatch(MultiThreadedEventLoopGroup.singleton, now: { now })
  }

  private func pages(_ health: [HealthChecks], loops: LoopWatch? = nil) throws -> AdminPages {
    let settings = try SettingsReader(
      program: .inventory, flags: ["inventory.database": "password=hunter2", "edge.port": "1"],
      environment: ["ORDERLY_LOG_LEVEL": "debug"],
      files: StubTextFiles(contents: ["./orderly.json": #"{"orders":{"port":2}}"#])
    ).settings()
    let metrics = MetricsRegistry()
    try metrics.gauge("level", "Level.") { 1 }
    let register = HealthRegister()
    for checks in health { register.add(checks) }
    return AdminPages(
      health: register, loops: loops ?? Self.idleLoops(),
      metrics: metrics, settings: settings,
      info: ProcessInformation(
        program: .inventory, processID: 7, startedAt: .now))
  }

  private func health(_ service: String, isDown: Bool = false) async -> HealthChecks {
    let checks = HealthChecks(
      service: service, checks: [HealthCheck("database") { if isDown { throw Gone() } }],
      timeout: .seconds(30), logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
    await checks.checkAll()
    checks.startServing()
    return checks
  }

  private func members(_ answer: AdminPages.Answer) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
  }

  @Test func `livez asks only the loops`() async throws {
    let now = Mutex(ContinuousClock.now)
    let loops = LoopWatch(MultiThreadedEventLoopGroup.singleton, now: { now.withLock { $0 } })
    let pages = try pages([await health("inventory", isDown: true)], loops: loops)
    let alive = pages.answer("GET", "/livez")
    #expect(alive.status == 200)
    #expect(alive.body == Array(#"{"status":"UP"}"#.utf8))
    now.withLock { $0 += .seconds(6) }
    let stuck = pages.answer("GET", "/livez")
    #expect(stuck.status == 503)
    #expect(try members(stuck)["status"] as? String == "DOWN")
  }

  @Test func `readyz names what fails`() async throws {
    let ready = try pages([await health("inventory")]).answer("GET", "/readyz")
    #expect(ready.status == 200)
    #expect(ready.body == Array(#"{"status":"UP"}"#.utf8))
    let down = try pages([await health("inventory", isDown: true)]).answer("GET", "/readyz")
    #expect(down.status == 503)
    #expect(down.body == Array(#"{"status":"DOWN","failing":["database"]}"#.utf8))
  }

  @Test func `a process that has no service yet is starting`() throws {
    let answer = try pages([]).answer("GET", "/readyz")
    #expect(answer.status == 503)
    #expect(answer.body == Array(#"{"status":"DOWN","failing":["startup"]}"#.utf8))
  }

  @Test func `in a process of three services the service stands before the component`() async throws
  {
    let health = [await health("inventory"), await health("orders", isDown: true)]
    let pages = try pages(health)
    #expect(
      pages.answer("GET", "/readyz").body
        == Array(#"{"status":"DOWN","failing":["orders.database"]}"#.utf8))
    let page = pages.answer("GET", "/health")
    #expect(page.status == 503)
    let components = try #require(try members(page)["components"] as? [String: [String: Any]])
    #expect(Set(components.keys) == ["loops", "inventory.database", "orders.database"])
    #expect(components["orders.database"]?["message"] as? String == "connection refused")
    #expect(components["inventory.database"]?["status"] as? String == "UP")
  }

  @Test func `config shows value and source of every setting and no secret`() async throws {
    let page = try pages([await health("inventory")]).answer("GET", "/config")
    #expect(!String(decoding: page.body, as: UTF8.self).contains("hunter2"))
    let rows = try members(page).compactMapValues { $0 as? [String: Any] }
    #expect(Set(rows.keys) == Set(SettingsTable().rows.map(\.key)))
    func row(_ key: String) -> [String] {
      [rows[key]?["value"] as? String ?? "unset", rows[key]?["source"] as? String ?? ""]
    }
    #expect(row("inventory.database") == ["******", "flag --inventory-database"])
    #expect(row("orders.database") == ["unset", "default"])
    #expect(row("log.level") == ["debug", "env ORDERLY_LOG_LEVEL"])
    #expect(row("orders.port") == ["2", "file ./orderly.json, line 1, column 19"])
    #expect(row("admin.port") == ["9901", "default"])
  }

  @Test func `metrics and info are there`() async throws {
    let pages = try pages([await health("inventory")])
    let metrics = pages.answer("GET", "/metrics")
    #expect(metrics.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(try MetricsText(metrics.body).value("level") == 1)
    let info = try members(pages.answer("GET", "/info"))
    #expect(info["pid"] as? Int == 7)
    #expect(info["version"] as? String == Build.version)
    #expect(info["subcommand"] as? String == "inventory")
  }

  @Test(arguments: ["/", "", "/livez/", "/LIVEZ", "//livez", "/etc/passwd"])
  func `an unknown path is a problem`(path: String) async throws {
    let answer = try pages([await health("inventory")]).answer("GET", path)
    #expect(answer.status == 404)
    #expect(answer.contentType == "application/problem+json")
    let problem = try members(answer)
    #expect(problem["instance"] as? String == path)
    #expect(problem["reason"] as? String == "ROUTE_NOT_FOUND")
    #expect(problem["code"] as? String == "NOT_FOUND")
    #expect(
      Set(problem.keys) == [
        "type", "title", "status", "detail", "instance", "code", "reason", "requestId",
      ])
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
  func `another method is a problem that lists the allowed ones`(method: String) async throws {
    let answer = try pages([await health("inventory")]).answer(method, "/readyz")
    #expect(answer.status == 405)
    #expect(answer.allow == "GET, HEAD")
    #expect(try members(answer)["reason"] as? String == "METHOD_NOT_ALLOWED")
  }
}

import Logging
import Operations
import Synchronization
import Testing

@Suite struct HealthChecksTests {
  private struct Gone: Error, CustomStringConvertible {
    let description = "connection refused"
  }

  private let sink = RecordingSink()

  private func checks(
    _ checks: [HealthCheck], timeout: Duration = .seconds(30)
  ) -> HealthChecks {
    let log = LogSystem(format: .json, level: .info, sink: sink)
    return HealthChecks(
      service: "inventory", checks: checks, timeout: timeout,
      logger: log.logger("inventory.health", service: "inventory"))
  }

  @Test func `a service is ready once it has started and every deciding check is up`() async {
    let health = checks([HealthCheck("database") {}])
    #expect(health.failingNames == ["startup", "database"])
    await health.checkAll()
    #expect(health.failingNames == ["startup"])
    health.startServing()
    #expect(health.isReady)
    health.startDraining()
    #expect(health.failingNames == ["shutdown"])
    health.startServing()
    #expect(!health.isReady)
  }

  @Test func `a check that fails is named with its reason, and comes back`() async {
    let isGone = Mutex(true)
    let health = checks([
      HealthCheck("database") { if isGone.withLock({ $0 }) { throw Gone() } }
    ])
    health.startServing()
    await health.checkAll()
    #expect(health.failingNames == ["database"])
    #expect(health.components.map(\.status) == [.down])
    #expect(health.components.map(\.message) == ["connection refused"])
    await health.checkAll()
    isGone.withLock { $0 = false }
    await health.checkAll()
    #expect(health.isReady)
    // One line for the outage and one for its end, however many rounds were between.
    #expect(sink.lines.count == 2)
    #expect(sink.lines.first?.contains("connection refused") == true)
  }

  @Test func `a check that decides nothing is shown but keeps the service ready`() async {
    let health = checks([HealthCheck("peer:inventory", decidesReadiness: false) { throw Gone() }])
    health.startServing()
    await health.checkAll()
    #expect(health.components.map(\.status) == [.down])
    #expect(health.isReady)
  }

  @Test func `the time of a change stays while nothing changes`() async throws {
    let health = checks([HealthCheck("database") {}])
    await health.checkAll()
    let first = try #require(health.components.first)
    await health.checkAll()
    let second = try #require(health.components.first)
    #expect(second.since == first.since)
    #expect(try #require(second.checkedAt) >= #require(first.checkedAt))
  }

  @Test func `checks that hang end the round at the timeout and are not started twice`() async {
    let starts = Mutex(0)
    let gate = AsyncStream.makeStream(of: Void.self)
    let hanging = (0..<10).map { number in
      HealthCheck("hanging\(number)") {
        starts.withLock { $0 += 1 }
        // Deaf to cancellation, as a blocked C call is.
        await Task.detached { for await _ in gate.stream {} }.value
      }
    }
    let health = checks(hanging + [HealthCheck("quick") {}], timeout: .milliseconds(20))
    health.startServing()
    await health.checkAll()
    #expect(health.failingNames == (0..<10).map { "hanging\($0)" })
    #expect(health.components.first?.message == "no answer within 20ms")
    #expect(health.components.last?.status == .up)
    await health.checkAll()
    #expect(starts.withLock { $0 } == 10)
    gate.continuation.finish()
  }

  @Test func `checks run side by side`() async {
    // Each waits for the other: one after the other, both would run into the timeout.
    let (first, second) = (
      AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self)
    )
    let health = checks([
      HealthCheck("a") {
        second.continuation.yield()
        for await _ in first.stream { return }
      },
      HealthCheck("b") {
        first.continuation.yield()
        for await _ in second.stream { return }
      },
    ])
    await health.checkAll()
    #expect(health.components.map(\.status) == [.up, .up])
  }

  @Test func `rounds follow one another until the task is cancelled`() async {
    let rounds = AsyncStream.makeStream(of: Void.self)
    let health = checks([HealthCheck("database") { rounds.continuation.yield() }])
    let running = Task { await health.run(every: .milliseconds(1)) }
    var seen = 0
    for await _ in rounds.stream {
      seen += 1
      if seen == 3 { break }
    }
    running.cancel()
    await running.value
    #expect(seen == 3)
  }
}

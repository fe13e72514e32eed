import Logging
import Operations
import Synchronization
import Testing

@Suite struct ServiceRunnerTests {
  /// What happened, in order.
  private final class Events: Sendable {
    private let kept = Mutex<[String]>([])
    func add(_ event: String) { kept.withLock { $0.append(event) } }
    var all: [String] { kept.withLock { $0 } }
  }

  private struct StartFailed: Error {}

  private let events = Events()
  private let sink = RecordingSink()
  private let register = HealthRegister()

  private func runner(
    delay: Duration = .zero, drain: Duration = .seconds(60)
  ) -> ServiceRunner {
    let log = LogSystem(format: .json, level: .info, sink: sink)
    return ServiceRunner(
      delay: delay, drain: drain, health: register,
      logger: log.logger("runner", service: "up"))
  }

  private func draining(_ name: String, cut: Int = 0) -> ServicePart {
    ServicePart(
      name,
      stop: .drain { [events] _ in
        events.add("stop \(name)")
        return cut
      })
  }

  private func closing(_ name: String) -> ServicePart {
    ServicePart(name, stop: .close(atMost: .seconds(60)) { [events] in events.add("stop \(name)") })
  }

  @Test func `parts stop in the opposite order of their start`() async throws {
    let runner = runner()
    try await runner.run(untilSignal: { 15 }) { [self] in
      for part in [
        closing("PostgreSQL"), draining("inventory"), draining("orders"), draining("edge"),
      ] {
        runner.started(part)
      }
    }
    #expect(events.all == ["stop edge", "stop orders", "stop inventory", "stop PostgreSQL"])
  }

  @Test func `readiness goes before anything is stopped`() async throws {
    let runner = runner()
    let health = HealthChecks(
      service: "orders", checks: [], timeout: .seconds(1), logger: Logger(label: "t"))
    register.add(health)
    runner.started(
      ServicePart(
        "orders",
        stop: .drain { [events] _ in
          events.add("ready: \(health.isReady)")
          return 0
        }))
    health.startServing()
    #expect(health.isReady)
    await runner.stop()
    #expect(events.all == ["ready: false"])
  }

  @Test func `the last line tells what drained, what was cut and how long it took`() async throws {
    let runner = runner()
    let counted = Counter()
    counted.increment(by: 100)
    runner.started(
      ServicePart(
        "orders",
        stop: .drain { _ in
          counted.increment(by: 7)
          return 2
        }))
    runner.counts { counted.value }
    let account = await runner.stop()
    #expect(account.drained == 5)
    #expect(account.cut == 2)
    let last = try #require(sink.lines.last)
    #expect(last.contains(#""message":"stopped""#))
    #expect(last.contains(#""cut":2,"drained":5,"seconds":"#))
  }

  @Test func `what was started is stopped when a later part fails, and the failure comes out`()
    async
  {
    let runner = runner()
    await #expect(throws: StartFailed.self) {
      try await runner.run(untilSignal: { await Self.noSignal() }) { [self] in
        runner.started(closing("PostgreSQL"))
        throw StartFailed()
      }
    }
    #expect(events.all == ["stop PostgreSQL"])
  }

  @Test func `a signal during the start gives the start up and is no failure`() async throws {
    let runner = runner()
    try await runner.run(untilSignal: { 2 }) { [self] in
      runner.started(closing("PostgreSQL"))
      try await Task.sleep(for: .seconds(3600))
      runner.started(draining("inventory"))
    }
    #expect(events.all == ["stop PostgreSQL"])
  }

  @Test func `a start that succeeds serves until the signal`() async throws {
    let runner = runner()
    let signals = AsyncStream.makeStream(of: Int32.self)
    try await runner.run(
      untilSignal: { [events] in
        for await signal in signals.stream {
          events.add("signal")
          return signal
        }
        return nil
      },
      start: { [self] in
        runner.started(draining("edge"))
        events.add("started")
        signals.continuation.yield(15)
      })
    #expect(events.all == ["started", "signal", "stop edge"])
  }

  @Test func `a part that never stops is left behind and the rest is stopped`() async throws {
    let runner = runner(drain: .zero)
    runner.started(closing("PostgreSQL"))
    runner.started(
      ServicePart("stuck", stop: .close(atMost: .milliseconds(10)) { await Self.never() }))
    runner.started(
      ServicePart(
        "deaf",
        stop: .drain { _ in
          await Self.never()
          return 0
        }))
    let account = await runner.stop()
    #expect(events.all == ["stop PostgreSQL"])
    #expect(account.cut == 0)
    #expect(sink.lines.filter { $0.contains("was left behind") }.count == 2)
  }

  @Test func `the stop as a whole has an end, but a database server gets its time`() async {
    let runner = runner(drain: .zero)
    runner.started(
      ServicePart(
        "PostgreSQL",
        stop: .closeFully(atMost: .seconds(60)) { [events] in
          try? await Task.sleep(for: .milliseconds(200))
          events.add("stop PostgreSQL")
        }))
    for name in ["a", "b"] {
      // Each would have ten minutes for itself alone.
      runner.started(ServicePart(name, stop: .close(atMost: .seconds(600)) { await Self.never() }))
    }
    await runner.stop()
    #expect(events.all == ["stop PostgreSQL"])
    let left = sink.lines.filter { $0.contains("was left behind") }
    #expect(left.count == 2)
    #expect(left.last?.contains("a did not stop within 50ms") == true)
  }

  @Test func `parts share one drain time`() async throws {
    let runner = runner(drain: .seconds(100))
    let limits = Mutex<[Duration]>([])
    for name in ["inventory", "orders"] {
      runner.started(
        ServicePart(
          name,
          stop: .drain { limit in
            limits.withLock { $0.append(limit) }
            try? await Task.sleep(for: .milliseconds(1))
            return 0
          }))
    }
    await runner.stop()
    let given = limits.withLock { $0 }
    #expect(given.count == 2)
    #expect(given[0] <= .seconds(100))
    #expect(given[1] <= given[0] - .milliseconds(1))
  }

  @Test func `a second stop has nothing to do`() async {
    let runner = runner()
    runner.started(draining("edge"))
    await runner.stop()
    await runner.stop()
    #expect(events.all == ["stop edge"])
  }

  private static func noSignal() async -> Int32? {
    try? await Task.sleep(for: .seconds(3600))
    return nil
  }

  /// Deaf to cancellation, as a thread in a C call is.
  private static func never() async {
    await Task.detached { try? await Task.sleep(for: .seconds(3600)) }.value
  }
}

import Logging
import RPC
import Synchronization
import Testing

@testable import LoadTest

@Suite struct LoadRunTests {
  private func configuration(
    _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    let method = try RawMethod(parsing: "a.B/C", bodies: [])
    configuration.workload.content = .method(method)
    configuration.target = TargetAddress(host: "stub", port: 1)
    configuration.ending = .count(1000)
    configuration.concurrency = 10
    try change(&configuration)
    return configuration
  }

  private func run(
    _ configuration: RunConfiguration, _ connector: StubConnector,
    control: RunControl = RunControl()
  ) async throws -> RunResult {
    try await LoadRun(configuration, connector: connector).run(control: control) { _ in }
  }

  @Test func `a count is sent exactly, and every request is in the figures once`() async throws {
    let connector = StubConnector { number, _ in
      await Task.yield()
      return number.isMultiple(of: 2) ? StubConnector.ok : .answer(.init(statusText: "14"))
    }
    let result = try await run(configuration(), connector)
    let summary = result.summary
    #expect(summary.started == 1000)
    #expect(summary.completed == 1000)
    #expect(summary.latency.count == 1000)
    #expect(connector.connections.map { $0.connection.log.bodies.count } == [1000])
    #expect(summary.outcomes.map(\.outcome) == [.ok, .status(.unavailable)])
    #expect(summary.outcomes.map(\.count) == [500, 500])
    #expect(summary.errorRate == 0.5)
    #expect(summary.outcomes.allSatisfy { $0.latency.fromSend.count == $0.count })
    #expect(connector.connections.allSatisfy { $0.connection.log.isClosed })
  }

  @Test func `all slots are in flight at once, spread evenly over the connections`() async throws {
    // Nobody is answered before all are there: with one request too few the run would hang, with
    // one too many the most in flight would be more.
    let gate = Rendezvous(parties: 12)
    let connector = StubConnector { _, _ in
      await gate.arrive()
      return StubConnector.ok
    }
    let configuration = try configuration {
      $0.concurrency = 12
      $0.connections = 4
      $0.streams = 3
      $0.ending = .count(120)
    }
    let result = try await run(configuration, connector)
    #expect(result.summary.completed == 120)
    #expect(connector.connections.map { $0.connection.log.inFlightMost } == [3, 3, 3, 3])
    #expect(connector.connections.map { $0.connection.log.bodies.count } == [30, 30, 30, 30])
  }

  @Test func `replies without a status or with two messages are never OK`() async throws {
    let connector = StubConnector { number, _ in
      switch number % 4 {
      case 0: .answer(.init(statusText: nil))
      case 1: .answer(.init(statusText: "0", messages: 2))
      case 2: .answer(.init(statusText: "0", messages: 0))
      default: .answer(.init(statusText: "0", isCut: true))
      }
    }
    let result = try await run(configuration(), connector)
    #expect(result.summary.outcomes.map(\.outcome) == [.malformed])
    #expect(result.summary.errorRate == 1)
  }

  @Test func `what is not answered within the drain is unfinished and ends the run`() async throws {
    let connector = StubConnector { number, _ in
      if number >= 5 { try? await Task.sleep(for: .seconds(3600)) }
      return StubConnector.ok
    }
    let configuration = try configuration {
      $0.concurrency = 4
      $0.ending = .count(9)
      $0.drain = LoadDuration(nanoseconds: 200_000_000)
    }
    let result = try await run(configuration, connector)
    #expect(result.summary.started == 9)
    #expect(result.summary.completed == 5)
    #expect(result.summary.unfinished == 4)
    #expect(result.summary.latency.count == 9)
    #expect(result.summary.errorRate == 4.0 / 9)
    let waited = try #require(result.summary.outcomes.last)
    #expect(waited.outcome == .unfinished)
    #expect(waited.latency.fromSend.lowest >= 190_000_000)
  }

  @Test func `warm-up is in no figure but its own line`() async throws {
    // The warm-up outlasts the run, so that how fast the machine is does not matter.
    let control = RunControl()
    let connector = StubConnector { number, _ in
      if number == 100 { control.interrupt(signal: 2) }
      try? await Task.sleep(for: .milliseconds(1))
      return number.isMultiple(of: 2) ? StubConnector.ok : .failed(.reset)
    }
    let configuration = try configuration { $0.warmUp = .seconds(3600) }
    let result = try await run(configuration, connector, control: control)
    let sent = connector.connections.map { $0.connection.log.bodies.count }.reduce(0, +)
    #expect(result.summary.warmUps == UInt64(sent))
    #expect(sent > 100)
    #expect(result.summary.started == 0)
    #expect(result.summary.latency.count == 0)
    #expect(result.summary.outcomes.isEmpty)
    let text = Report(result, hasColour: false).text
    #expect(text.contains("warm-up: \(sent) requests\n"))
  }

  @Test func `an interruption stops the sending, reports and evaluates no gate`() async throws {
    let control = RunControl()
    let connector = StubConnector { number, _ in
      if number == 100 { control.interrupt(signal: 15) }
      if number == 101 { control.interrupt(signal: 2) }
      try? await Task.sleep(for: .milliseconds(1))
      return StubConnector.ok
    }
    let configuration = try configuration {
      $0.ending = .duration(.seconds(3600))
      $0.gates = [try Gate(parsing: "max=1ns")]
    }
    let result = try await run(configuration, connector, control: control)
    #expect(result.interruption == 15)
    #expect(result.exitCode == 143)
    #expect(result.gates.isEmpty)
    #expect(result.summary.completed >= 100)
    #expect(result.summary.latency.count == result.summary.started)
  }

  @Test func `an unreachable server is found before any request, and what was open closed`()
    async throws
  {
    let configuration = try configuration {
      $0.workload.content = .mix(.standard)
      $0.target = nil
    }
    let connector = StubConnector(refusing: configuration.orders) { _, _ in StubConnector.ok }
    await #expect {
      try await run(configuration, connector)
    } throws: {
      ($0 as? LoadError)?.exitCode == 69
    }
    #expect(connector.connections.count == 1)
    #expect(connector.connections.allSatisfy { $0.connection.log.isClosed })
    #expect(connector.connections.allSatisfy { $0.connection.log.bodies.isEmpty })
  }

  @Test func `two runs with one seed send the same requests over any connections`() async throws {
    func bodies(connections: Int) async throws -> [[UInt8]] {
      let connector = StubConnector { _, _ in StubConnector.ok }
      let configuration = try configuration {
        $0.workload.content = .mix(.standard)
        $0.workload.seed = 99
        $0.target = nil
        $0.connections = connections
        $0.ending = .count(500)
      }
      _ = try await run(configuration, connector)
      return connector.connections.flatMap { $0.connection.log.bodies }
    }
    let one = try await bodies(connections: 1)
    let five = try await bodies(connections: 5)
    #expect(one.count == 500)
    #expect(Set(one).count > 400)
    let isBefore: ([UInt8], [UInt8]) -> Bool = { $0.lexicographicallyPrecedes($1) }
    #expect(one.sorted(by: isBefore) == five.sorted(by: isBefore))
  }

  @Test func `each kind goes to its own server`() async throws {
    let connector = StubConnector { _, _ in StubConnector.ok }
    let configuration = try configuration {
      $0.workload.content = .mix(.standard)
      $0.target = nil
    }
    let result = try await run(configuration, connector)
    for (address, connection) in connector.connections {
      let path =
        address == configuration.orders
        ? "/orders.v1.Orders/PlaceOrder" : "/inventory.v1.Inventory/CheckStock"
      #expect(Set(connection.log.paths) == [path])
    }
    #expect(result.summary.outcomes.first?.kinds.map(\.kind) == [.checkStock, .placeOrder])
  }
}

/// Lets nobody on before as many have come as it waits for; then it begins again.
private final class Rendezvous: Sendable {
  private let parties: Int
  private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

  init(parties: Int) { self.parties = parties }

  func arrive() async {
    await withCheckedContinuation { continuation in
      let released = waiting.withLock { waiting -> [CheckedContinuation<Void, Never>] in
        waiting.append(continuation)
        guard waiting.count == parties else { return [] }
        defer { waiting = [] }
        return waiting
      }
      for one in released { one.resume() }
    }
  }
}

extension LoadRun {
  /// A run over links of the test's own.
  init(_ configuration: RunConfiguration, connector: any LoadConnector) throws(LoadError) {
    try configuration.validate()
    self.init(
      configuration, RequestSource(try Workload(configuration.workload)), connector: connector,
      logger: Logger(label: "test"))
  }
}

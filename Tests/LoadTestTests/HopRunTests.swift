import Foundation
import Synchronization
import Testing

@testable import LoadTest

/// Hops against models of a service and of an edge before it, on a clock of their own.
@Suite struct HopRunTests {
  private static let microsecond: UInt64 = 1000

  private func configuration(
    _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> RunConfiguration {
    try VirtualRun.configuration(rate: "2k") {
      $0.workload.content = .mix(.standard)
      $0.workload.seed = 9
      $0.target = nil
      $0.rest = TargetAddress(host: "edge", port: 8080)
      $0.connections = 20
      $0.streams = 1
      $0.ending = .duration(.seconds(1))
      $0.interval = LoadDuration(nanoseconds: 100_000_000)
      try change(&$0)
    }
  }

  /// - Parameters:
  ///   - rest: how long the edge takes in each pair, from the first on; a service takes 1 ms.
  ///   - cost: processor seconds of the edge's process in a slice.
  private func run(
    _ configuration: RunConfiguration, rest: [UInt64], control: RunControl = RunControl(),
    cost: @escaping @Sendable (RunConfiguration) -> EdgeCost = { _ in .notAsked },
    seen: @escaping @Sendable (RunConfiguration) -> Void = { _ in }
  ) async throws -> HopResult {
    let hop = try HopRun(configuration, streams: 100, pairs: rest.count) {
      (slice, control) throws(LoadError) -> RunResult in
      seen(slice)
      do {
        let pair = Int(slice.workload.slice / 2) - 1
        let delay = slice.rest == nil ? 1000 * Self.microsecond : rest[pair]
        let summary = try VirtualRun(slice) { $0 + delay }.run()
        var result = RunResult(
          configuration: slice, summary: summary, steps: [],
          gates: slice.gates.map { GateResult($0, summary) }, selfCheck: SelfCheck(summary),
          interruption: nil, startTime: "", connectionsOpened: 1, connectNanoseconds: 1,
          host: HostFacts(processor: "", cores: 1, kernel: ""))
        result.edgeCost = cost(slice)
        return result
      } catch {
        throw LoadError(.contradiction("\(error)"))
      }
    }
    return try await hop.run(control: control) { slice in
      #expect(slice.text.contains(slice.carrier.rawValue))
    }
  }

  private func near(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= abs(expected) * 0.005
  }

  @Test func `what the edge adds is told with its interval`() async throws {
    let hop = try await run(configuration(), rest: [1_400_000, 1_500_000, 1_600_000])
    for percentile in [Percentile.median, .p99, .p999] {
      let figure = try #require(hop.figure(percentile))
      #expect(near(figure.rpc, 1e6) && near(figure.rest, 1.5e6))
      #expect(near(figure.difference.mean, 5e5))
      // Student's t for two degrees of freedom: 4.303 × 100 us ÷ √3.
      let half = try #require(figure.difference.halfWidth)
      #expect(abs(half - 248_434) < 5000)
      #expect(figure.isRough == (percentile == .p999))
    }
    let text = HopReport(hop, hasColour: false).text
    #expect(text.contains("hop: 3 pair(s) of slices of 1s, RPC and REST by turns, 2000/s"))
    #expect(text.contains("+500.") && text.contains("± 24"))
    #expect(text.contains("p99.9 ~"))
    #expect(text.contains("REST: edge edge:8080, 20 connection(s)"))
    #expect(hop.exitCode == 0)
  }

  @Test func `a faster way is a difference below zero, and one pair has no interval`() async throws
  {
    let hop = try await run(configuration(), rest: [600_000])
    let figure = try #require(hop.figure(.median))
    #expect(near(figure.difference.mean, -4e5))
    #expect(figure.difference.halfWidth == nil)
    let text = HopReport(hop, hasColour: false).text
    #expect(text.contains("-400.") && text.contains("no interval: one pair"))
  }

  @Test func `slices alternate with the same seed and rate, and only the first fills the shelves`()
    async throws
  {
    let log = Mutex<[RunConfiguration]>([])
    let configuration = try configuration { $0.preparedStock = 7 }
    _ = try await run(
      configuration, rest: [2_000_000, 2_000_000],
      seen: { slice in log.withLock { $0.append(slice) } })
    let slices = log.withLock { $0 }
    #expect(slices.map { $0.rest == nil } == [true, false, true, false])
    #expect(slices.map(\.streams) == [100, 1, 100, 1])
    #expect(slices.map(\.preparedStock) == [7, nil, nil, nil])
    #expect(Set(slices.map(\.workload.seed)) == [9])
    #expect(Set(slices.map(\.workload.slice)).count == 4)
    #expect(slices.allSatisfy { $0.load == slices[0].load && $0.ending == slices[0].ending })
    #expect(slices[0].servers.map(\.role) == [.inventory, .orders])
    #expect(slices[1].servers.map(\.role) == [.edge])
  }

  @Test func `the edge's own processor time is what its slices cost more`() async throws {
    let hop = try await run(
      configuration(), rest: [1_500_000, 1_500_000],
      cost: { .measured(seconds: $0.rest == nil ? 0.1 : 0.3, requests: 2000) })
    let cost = try #require(hop.edgeCost)
    #expect(cost.rpc == 50 && cost.rest == 150)
    #expect(near(cost.difference.mean, 100) && cost.difference.halfWidth == 0)
    #expect(HopReport(hop, hasColour: false).text.contains("+100.00 us"))
    let unknown = try await run(
      configuration(), rest: [1_500_000], cost: { _ in .impossible("it is gone") })
    #expect(unknown.edgeCost == nil)
    #expect(HopReport(unknown, hasColour: false).text.contains("not known: it is gone"))
  }

  @Test func `an interruption leaves the whole pairs`() async throws {
    let control = RunControl()
    let hop = try await run(
      configuration(), rest: [1_500_000, 1_500_000, 1_500_000], control: control,
      seen: { if $0.workload.slice == 5 { control.interrupt(signal: 15) } })
    #expect(hop.slices.map(\.pair) == [1, 1])
    #expect(hop.exitCode == 143)
    #expect(HopReport(hop, hasColour: false).text.contains("INTERRUPTED"))
    let none = RunControl()
    none.interrupt(signal: 2)
    let empty = try await run(configuration(), rest: [1], control: none)
    #expect(empty.slices.isEmpty && empty.exitCode == 130)
    #expect(HopReport(empty, hasColour: false).text.contains("INTERRUPTED"))
    #expect(StoredResult(HopDocument(empty)).html.contains("INTERRUPTED"))
  }

  @Test func `a gate is kept when every slice keeps it`() async throws {
    let gates = [try Gate(parsing: "p50=1100us"), try Gate(parsing: "max=5ms")]
    let hop = try await run(configuration { $0.gates = gates }, rest: [1_500_000])
    #expect(hop.exitCode == 3)
    let text = HopReport(hop, hasColour: false).text
    #expect(text.contains("FAIL slice 1 REST: p50 <= 1100us, measured 1.50 ms"))
    #expect(!text.contains("FAIL slice 1 RPC"))
    #expect(text.contains("PASS every slice: max <= 5ms"))
  }

  @Test func `file and page hold the figures and every slice`() async throws {
    let hop = try await run(
      configuration(), rest: [1_400_000, 1_600_000],
      cost: { .measured(seconds: $0.rest == nil ? 0.1 : 0.3, requests: 2000) })
    let document = HopDocument(hop)
    let path = NSTemporaryDirectory() + "/hop-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ResultFile.write(document.text, to: path)
    let stored = try StoredResult(path: path)
    let figures = stored.value["figures"]?.elements ?? []
    #expect(figures.compactMap { $0["percentile"]?.double } == [50, 99, 99.9])
    #expect(near(figures[0]["rpc_ns"]?.double ?? 0, 1e6))
    #expect(near(figures[0]["rest_ns"]?.double ?? 0, 1.5e6))
    #expect(near(figures[0]["difference_ns"]?.double ?? 0, 5e5))
    #expect((figures[0]["half_width_ns"]?.double ?? 0) > 1e6)
    #expect(stored.value["edge_us_per_request"]?["difference_us"]?.double == 100)
    let slices = stored.value["slices"]?.elements ?? []
    #expect(slices.compactMap { $0["over"]?.string } == ["RPC", "REST", "RPC", "REST"])
    for slice in slices {
      let latency = slice["result"]?["latency"]?["from_schedule"].flatMap { StoredLatency($0) }
      #expect(latency?.count == 2000)
    }
    #expect(stored.value["configuration"]?["rest"]?.isTrue == true)
    let html = stored.html
    #expect(html == StoredResult(document).html)
    for part in [
      "REST beside RPC at 2000/s", "p99 by pair", "edge CPU per request", "+100.00 us",
      "95 % interval",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    #expect(stored.distrust?.contains("hop") == true)
  }

  @Test func `a hop that would compare nothing is refused before it begins`() throws {
    func refusal(
      pairs: Int = 2, _ change: (inout RunConfiguration) throws -> Void
    ) throws -> LoadError? {
      let configuration = try configuration(change)
      do throws(LoadError) {
        _ = try HopRun(configuration, streams: 100, pairs: pairs) { _, _ throws(LoadError) in
          throw LoadError(.contradiction("nobody runs"))
        }
        return nil
      } catch {
        return error
      }
    }
    #expect(try refusal { _ in } == nil)
    #expect(try refusal { $0.rest = nil }?.exitCode == 64)
    #expect(try refusal { $0.load = .closed }?.exitCode == 64)
    #expect(
      try refusal { $0.load = .open(try RateProfile(parsing: "1k:2k"), .uniform) }?.exitCode == 64)
    #expect(try refusal { $0.ending = .count(5) }?.exitCode == 64)
    for pairs in [0, -1, HopRun.pairsMax + 1] {
      #expect(try refusal(pairs: pairs) { _ in }?.exitCode == 64)
    }
    #expect(try refusal { $0.threads = 21 }?.exitCode == 64)
  }
}

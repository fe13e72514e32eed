import Foundation
import Synchronization
import Testing

@testable import LoadTest

/// Searches against a model of a server on a clock of their own.
@Suite struct LoadSearchTests {
  /// Answers one after the other, so many a second; what comes faster waits.
  private final class Server: @unchecked Sendable {
    private let gap: UInt64
    private var free: UInt64 = 0

    init(perSecond: UInt64) { gap = 1_000_000_000 / perSecond }

    func answer(_ sent: UInt64) -> UInt64 {
      free = max(free, sent) + gap
      return free
    }
  }

  private func search(
    limit: UInt64, from lowest: String, gates: [String] = ["p99=5ms"],
    lateness: UInt64 = 0, control: RunControl = RunControl(), stop: Int = .max
  ) async throws -> LoadSearch.Outcome {
    let configuration = try VirtualRun.configuration(rate: "1") {
      $0.gates = try gates.map { try Gate(parsing: $0) }
      $0.streams = 100_000
      $0.interval = LoadDuration(nanoseconds: 100_000_000)
    }
    let range = LoadSearch.Range(
      lowest: try LoadRate(parsing: lowest), highest: try LoadRate(parsing: "500k"),
      precision: LoadSearch.Range.precisionDefault, stepLength: .seconds(2))
    let steps = Atomic<Int>(0)
    let search = try LoadSearch(configuration, over: range, arrivals: .uniform) {
      (step, control) throws(LoadError) -> RunResult in
      if steps.wrappingAdd(1, ordering: .relaxed).newValue == stop { control.abort() }
      do {
        let server = Server(perSecond: limit)
        let summary = try VirtualRun(step) { server.answer($0) + lateness }.run()
        return RunResult(
          configuration: step, summary: summary, steps: [],
          gates: step.gates.map { GateResult($0, summary) }, selfCheck: SelfCheck(summary),
          interruption: control.interruption, startTime: "", connectionsOpened: 1,
          connectNanoseconds: 1, host: HostFacts(processor: "", cores: 1, kernel: ""))
      } catch {
        throw LoadError(.contradiction("\(error)"))
      }
    }
    return try await search.run(control: control) { step in
      #expect(step.text.contains("\(step.rate)/s"))
    }
  }

  @Test(arguments: ["200", "230", "270", "310", "390"])
  func `a server with a limit is found within the precision`(lowest: String) async throws {
    let outcome = try await search(limit: 2000, from: lowest)
    #expect(outcome.exitCode == 0)
    let rate = try LoadRate(parsing: outcome.text).perSecond
    #expect((1960...2000).contains(rate))
    let last = try #require(outcome.steps.last)
    #expect(last.isConfirmation)
    #expect(last.result.summary.asked == UInt64((rate * 6).rounded(.up)))
  }

  @Test func `a server that cannot keep the promise at all is exit 3`() async throws {
    let outcome = try await search(limit: 2000, from: "100", lateness: 6_000_000)
    #expect(outcome.exitCode == 3)
    #expect(outcome.steps.count == 1)
    #expect(outcome.text == "none: even the lowest rate breaks a promise")
  }

  @Test func `an interruption ends the search without an answer`() async throws {
    let control = RunControl()
    control.interrupt(signal: 2)
    let outcome = try await search(limit: 2000, from: "100", control: control)
    #expect(outcome.exitCode == 130)
    #expect(outcome.steps.isEmpty)
  }

  @Test func `file and page tell every step with its verdict`() async throws {
    let outcome = try await search(limit: 2000, from: "1k")
    let document = SearchDocument(outcome)
    let path = NSTemporaryDirectory() + "/search-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ResultFile.write(document.text, to: path)
    let stored = try StoredResult(path: path)
    let steps = stored.value["steps"]?.elements ?? []
    #expect(steps.count == outcome.steps.count)
    #expect(steps.contains { $0["verdict"]?.string == "fail" })
    #expect(steps.last?["confirmation"]?.isTrue == true)
    #expect(stored.value["rate"]?.double == (try LoadRate(parsing: outcome.text).perSecond))
    let html = stored.html
    #expect(html == StoredResult(document).html)
    #expect(html.contains("Latency against rate"))
    #expect(html.contains("p99 &lt;= 5ms"))
    #expect(html.contains("<td>2000/s</td><td>pass</td>"))
  }

  @Test func `a search without a promise, or upside down, is refused before it begins`() throws {
    let range = LoadSearch.Range(
      lowest: try LoadRate(parsing: "2k"), highest: try LoadRate(parsing: "1k"),
      precision: LoadSearch.Range.precisionDefault, stepLength: .seconds(1))
    let trial: LoadSearch.Trial = { _, _ throws(LoadError) in
      throw LoadError(.contradiction("nobody runs"))
    }
    let bare = try VirtualRun.configuration(rate: "1")
    #expect(throws: LoadError.self) {
      _ = try LoadSearch(bare, over: range, arrivals: .uniform, trial: trial)
    }
    let promising = try VirtualRun.configuration(rate: "1") {
      $0.gates = [try Gate(parsing: "p99=1ms")]
    }
    #expect(throws: LoadError.self) {
      _ = try LoadSearch(promising, over: range, arrivals: .uniform, trial: trial)
    }
  }
}

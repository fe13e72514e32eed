import TestSupport

/// Runs seeds, each a world of its own, on all cores.
enum Simulation {
  struct Report: Equatable, Sendable {
    let seed: UInt64
    var breaches: [String] = []
    var trace: UInt64 = 0
    var happened = 0
    var receipts = 0
    var refusals = 0
    var cancelled = 0

    /// Run again with this seed alone, a failure tells the same story.
    var description: String {
      """
      \(breaches.prefix(5).joined(separator: "\n"))
      run it again with: \(TestEffort.command(seed: seed, filter: "SimulationTests"))
      """
    }
  }

  struct Summary: Sendable {
    var seeds = 0
    var happened = 0
    var receipts = 0
    var refusals = 0
    var cancelled = 0
    var failures: [Report] = []

    mutating func add(_ report: Report) {
      seeds += 1
      happened += report.happened
      receipts += report.receipts
      refusals += report.refusals
      cancelled += report.cancelled
      if !report.breaches.isEmpty { failures.append(report) }
    }

    mutating func add(_ other: Summary) {
      seeds += other.seeds
      happened += other.happened
      receipts += other.receipts
      refusals += other.refusals
      cancelled += other.cancelled
      failures += other.failures
    }
  }

  static func run(seed: UInt64, mutation: SimMutation? = nil) -> Report {
    let shop = SimShop(seed: seed, mutation: mutation)
    shop.run()
    let history = shop.history
    return Report(
      seed: seed, breaches: history.breaches, trace: shop.world.trace,
      happened: shop.world.happened,
      receipts: history.heard.count { if case .success = $0.answer { true } else { false } },
      refusals: history.heard.count { if case .failure = $0.answer { true } else { false } },
      cancelled: history.cancelled)
  }

  /// - Parameter failuresMax: enough of them say enough, for each of the workers.
  static func run(
    seeds: Range<UInt64>, mutation: SimMutation? = nil, failuresMax: Int = 5
  ) async -> Summary {
    let workers: UInt64 = 2
    return await withTaskGroup(of: Summary.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var summary = Summary()
          for seed in seeds where seed % workers == worker {
            summary.add(run(seed: seed, mutation: mutation))
            if summary.failures.count >= failuresMax { break }
          }
          return summary
        }
      }
      return await group.reduce(into: Summary()) { $0.add($1) }
    }
  }
}

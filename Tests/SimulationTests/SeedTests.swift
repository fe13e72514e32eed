import TestSupport
import Testing

/// The protocol under everything that can go wrong at once. Each seed is a world of its own with
/// two processes of each service, two databases and a handful of customers, in which processes and
/// databases die, connections are cut, messages are lost, doubled and late, and clocks jump.
///
/// What decides is the program's own: the flow of an order, every rule of both services, the batch
/// queue, and the recovery of write streams. What carries is simulated: network, locks, commits.
@Suite struct SeedTests {
  @Test func `whatever goes wrong, every order is accounted for`() async {
    let summary = await Simulation.run(seeds: TestEffort.seeds(300))
    for report in summary.failures { Issue.record("\(report.description)") }
    // A world in which nothing happens proves nothing.
    if summary.seeds > 100 {
      #expect(summary.receipts > summary.seeds && summary.refusals > summary.seeds)
      #expect(summary.cancelled * 4 > summary.seeds)
    }
    print(
      "\(summary.seeds) seeds: \(summary.happened) events, \(summary.receipts) receipts,",
      "\(summary.refusals) refusals, \(summary.cancelled) cancelled")
  }

  @Test func `a seed always tells the same story`() {
    for seed: UInt64 in [1, 7, 42, 1_000_003] {
      #expect(Simulation.run(seed: seed) == Simulation.run(seed: seed))
    }
  }
}

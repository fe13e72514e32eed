import Foundation

/// Loads a shop phase by phase and prints a line for each.
struct ShopMeasurements {
  let databases: ShopDatabases
  let shop: RunningShop
  let seconds: Int
  private var phase = 0

  init(databases: ShopDatabases, shop: RunningShop, seconds: Int) {
    self.databases = databases
    self.shop = shop
    self.seconds = seconds
  }

  static let header = """
    SKUs              in flight  answers/s   mean ms    p50 ms    p99 ms  \
    µs CPU per answer: PostgreSQL  inventory  orders  callers  \
    batch: holds  fast  slow  orders  fast  slow
    """

  private struct Times {
    var postgres: Double
    var inventory: Double
    var orders: Double
    var callers: Double
  }

  /// Batches of one phase by path, and how many rows one of them has on average.
  private struct Paths {
    let fast: Int
    let slow: Int
    let mean: Double

    init(rows: Int64, _ before: (fast: Int, slow: Int), _ after: (fast: Int, slow: Int)) {
      fast = after.fast - before.fast
      slow = after.slow - before.slow
      mean = Double(rows) / Double(max(fast + slow, 1))
    }
  }

  private func times() async throws -> Times {
    guard let own = ProcessTimes(processID: ProcessInfo.processInfo.processIdentifier) else {
      throw BenchFailure("cannot read the processor times")
    }
    return Times(
      postgres: try await databases.processorSeconds(),
      inventory: try shop.inventory.processorSeconds(),
      orders: try shop.orders.processorSeconds(), callers: own.seconds)
  }

  mutating func measure(
    _ name: String, _ law: SKULaw, inFlight: Int, isKeyed: Bool = true
  ) async throws -> OrderLoad.Outcome {
    phase += 1
    let load = OrderLoad(
      target: shop.target, law: law, inFlight: inFlight, duration: .seconds(seconds),
      keys: isKeyed ? "phase-\(phase)" : nil)
    let before = (try await times(), try await databases.written(), try shop.batches())
    let outcome = try await load.run()
    let after = (try await times(), try await databases.written(), try shop.batches())
    guard outcome.failed == 0 else {
      let first = outcome.firstFailure.map { "\($0)" } ?? "nothing"
      throw BenchFailure("\(outcome.failed) calls failed, the first with \(first)")
    }
    let count = Double(outcome.placed.count + outcome.refused)
    func cost(_ part: (Times) -> Double) -> Double {
      (part(after.0) - part(before.0)) / count * 1e6
    }
    let holds = Paths(
      rows: after.1.holds - before.1.holds, before.2.holds, after.2.holds)
    let orders = Paths(
      rows: after.1.orders - before.1.orders, before.2.orders, after.2.orders)
    print(
      name.padding(toLength: 16, withPad: " ", startingAt: 0)
        + String(
          format: "%11d %10.0f %9.2f %9.2f %9.2f %30.1f %10.1f %7.1f %8.1f", inFlight,
          outcome.rate, outcome.mean, outcome.percentile(0.5), outcome.percentile(0.99),
          cost(\.postgres), cost(\.inventory), cost(\.orders), cost(\.callers))
        + String(
          format: " %14.1f %5d %5d %7.1f %5d %5d", holds.mean, holds.fast, holds.slow,
          orders.mean, orders.fast, orders.slow))
    try await databases.store(outcome)
    return outcome
  }
}

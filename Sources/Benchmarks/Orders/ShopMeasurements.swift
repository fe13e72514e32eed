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
    SKUs              in flight  answers/s   mean ms    p50 ms    p99 ms  batch: holds  orders  \
    µs CPU per answer: PostgreSQL  inventory  orders  callers
    """

  private struct Times {
    var postgres: Double
    var inventory: Double
    var orders: Double
    var callers: Double
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
    let before = (try await times(), try await databases.written())
    let outcome = try await load.run()
    let after = (try await times(), try await databases.written())
    guard outcome.failed == 0 else {
      let first = outcome.firstFailure.map { "\($0)" } ?? "nothing"
      throw BenchFailure("\(outcome.failed) calls failed, the first with \(first)")
    }
    let count = Double(outcome.placed.count + outcome.refused)
    func batch(_ rows: Int64, _ batches: Int64) -> Double { Double(rows) / Double(max(batches, 1)) }
    func cost(_ part: (Times) -> Double) -> Double {
      (part(after.0) - part(before.0)) / count * 1e6
    }
    print(
      name.padding(toLength: 16, withPad: " ", startingAt: 0)
        + String(
          format: "%11d %10.0f %9.2f %9.2f %9.2f %13.1f %7.1f %30.1f %10.1f %7.1f %8.1f", inFlight,
          outcome.rate, outcome.mean, outcome.percentile(0.5), outcome.percentile(0.99),
          batch(after.1.holds - before.1.holds, after.1.holdBatches - before.1.holdBatches),
          batch(after.1.orders - before.1.orders, after.1.orderBatches - before.1.orderBatches),
          cost(\.postgres), cost(\.inventory), cost(\.orders), cost(\.callers)))
    try await databases.store(outcome)
    return outcome
  }
}

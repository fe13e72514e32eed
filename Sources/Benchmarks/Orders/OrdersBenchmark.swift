import ArgumentParser
import Foundation
import Postgres

/// What group commit brings, beside what PostgreSQL does one transaction at a time.
struct OrdersBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders",
    abstract: "PlaceOrder through both services, as a ratio to pgbench's transactions.",
    discussion: """
      Starts a PostgreSQL of its own that forces every commit to the disk. pgbench first commits \
      the same writes one transaction at a time; then callers place orders through orders, \
      inventory and both databases on the same machine. Each run ends with the checks that \
      nothing was oversold, lost or doubled. Needs pgbench (docker/install-packages test).
      """)

  @Option(help: "Seconds of each measurement.")
  var seconds = 5

  @Option(help: "Fail when the ratio to pgbench's ceiling is below this.")
  var ratioMin = 4.0

  @Option(help: "Seconds of ten times what the shop can do; 0 leaves that out.")
  var overload = 0

  static let skus = 10_000
  /// Seconds that a shop may take to be itself again.
  private static let recovery = 5
  /// Seconds that an order may take in the overload.
  private static let timeout = 10

  func validate() throws {
    guard seconds > 0, overload >= 0 else {
      throw ValidationError("--seconds is at least 1, --overload 0")
    }
  }

  func run() async throws {
    let databases = try await ShopDatabases(skus: Self.skus)
    do {
      let isGood = try await measure(databases)
      await databases.cluster.stop()
      if !isGood { throw ExitCode(3) }
    } catch {
      await databases.cluster.stop()
      throw error
    }
  }

  private func measure(_ databases: ShopDatabases) async throws -> Bool {
    let ceiling = try Ceiling(databases, seconds: seconds)
    let shop = try RunningShop(databases)
    defer { shop.stop() }
    var bench = ShopMeasurements(databases: databases, shop: shop, seconds: seconds)
    print("")
    print(ShopMeasurements.header)
    _ = try await bench.measure("warm-up", .zipf(count: Self.skus, exponent: 1.01), inFlight: 64)
    let zipf = SKULaw.zipf(count: Self.skus, exponent: 1.01)
    let one = try await bench.measure("zipf", zipf, inFlight: 1)
    var best = 0.0
    var at64: OrderLoad.Outcome?
    for inFlight in [64, 256, 1_024] {
      let outcome = try await bench.measure("zipf", zipf, inFlight: inFlight)
      best = max(best, outcome.rate)
      if inFlight == 64 { at64 = outcome }
    }
    let uniform = try await bench.measure("uniform", .uniform(Self.skus), inFlight: 256)
    let hot = try await bench.measure("one SKU", .single(1), inFlight: 256)
    let overloaded = try await overloadVerdicts(&bench)
    try await databases.sellOut(through: shop.inventoryTarget)
    // The best of as many in flight as selling had, so that one batch size is held against another
    // of its kind.
    var rejections = 0.0
    for inFlight in [64, 256, 1_024] {
      let outcome = try await bench.measure("sold out", zipf, inFlight: inFlight, isKeyed: false)
      rejections = max(rejections, outcome.rate)
    }
    let keyed = try await bench.measure("sold out, keyed", zipf, inFlight: 256)

    print("")
    var verdicts = [
      Verdict("orders/s ÷ pgbench's ceiling", best / ceiling.rate, .atLeast(ratioMin)),
      Verdict("mean at 1 in flight ÷ two commits", one.mean / ceiling.latency, .atMost(1.3)),
      Verdict("one SKU ÷ uniform", hot.rate / uniform.rate, .atLeast(0.8)),
      Verdict("sold out ÷ selling", rejections / best, .atLeast(5)),
    ]
    if let at64 {
      verdicts.append(
        Verdict(
          "p99 ÷ p50 at 64 in flight", at64.percentile(0.99) / at64.percentile(0.5), .atMost(5)))
    }
    verdicts += overloaded
    for verdict in verdicts { print(verdict) }
    // A key has to be looked up before it is refused, so nothing is promised of it.
    print(String(format: "sold out with keys ÷ selling: %.2f", keyed.rate / best))
    let breaches = try await databases.breaches()
    print(breaches.isEmpty ? "nothing oversold, lost or doubled" : "BROKEN: \(breaches)")
    return breaches.isEmpty && verdicts.allSatisfy(\.isMet)
  }

  private func overloadVerdicts(_ bench: inout ShopMeasurements) async throws -> [Verdict] {
    guard overload > 0 else { return [] }
    let uniform = SKULaw.uniform(Self.skus)
    let before = try await bench.measure("before overload", uniform, inFlight: 256)
    let flood = try Overload(
      bench.shop, sustainable: before.rate, times: 10, seconds: overload, timeout: Self.timeout)
    print(flood)
    try await Task.sleep(for: .seconds(Self.recovery))
    let after = try await bench.measure("after overload", uniform, inFlight: 256)
    try await bench.databases.storeGenerated()
    return [
      Verdict("orders shed in the overload", flood.shed, .atLeast(1)),
      Verdict("orders neither placed nor shed", flood.others.values.reduce(0, +), .atMost(0)),
      Verdict("orders not in the books as told", flood.violations, .atMost(0)),
      Verdict("orders/s after ÷ before it", after.rate / before.rate, .atLeast(0.9)),
    ]
  }
}

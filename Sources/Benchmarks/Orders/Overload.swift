import Foundation

/// Far more orders than the shop can take, for a while, asked for by a schedule that does not care.
struct Overload: CustomStringConvertible {
  /// What the shop can do, in orders a second.
  private let sustainable: Double
  private let asked: Double
  /// Orders that reached the shop, each second.
  private let heard: Double
  let placed: Double
  /// Refused at once, because too many wait.
  let shed: Double
  /// Anything else that came of an order that reached the shop.
  let others: [String: Double]
  /// Milliseconds until all but one in a hundred of the placed orders were answered.
  private let placedP99: Double
  /// Orders that the generator was told of and the books do not have as it was told.
  let violations: Double

  /// Ten times what it can do is more than the ten thousand that may wait, each on a stream.
  private static let connections = 80
  private static let streams = 256

  /// - Parameters:
  ///   - times: how much more than `sustainable` is asked for.
  ///   - timeout: seconds each order may take.
  init(
    _ shop: RunningShop, sustainable: Double, times: Double, seconds: Int, timeout: Int
  ) throws {
    self.sustainable = sustainable
    asked = times * sustainable
    let run = try GeneratorRun(
      cores: "0,1", target: shop.target,
      [
        "--orders", "--verify", "--inventory", shop.inventoryTarget, "--rate", "\(Int(asked))",
        "--duration", "\(seconds)s", "--timeout", "\(timeout)s", "--shed-after", "1s",
        "--connections", "\(Self.connections)", "--streams", "\(Self.streams)",
      ])
    guard let verified = run.verified else { throw BenchFailure("no look at the books") }
    violations = verified.violations
    var outcomes = run.outcomes
    // What the generator did not get rid of in time never left it.
    outcomes.removeValue(forKey: "shed")
    heard = outcomes.values.reduce(0, +) / Double(seconds)
    placed = outcomes.removeValue(forKey: "OK") ?? 0
    shed = outcomes.removeValue(forKey: "RESOURCE_EXHAUSTED") ?? 0
    others = outcomes.filter { $0.value > 0 }
    placedP99 = placed > 0 ? try run.latency(ofOutcome: "OK", 99) / 1e6 : 0
  }

  var description: String {
    String(
      format: "overload: %.0f orders/s asked for, %.0f heard, %.1f times what it can do: "
        + "%.0f placed, p99 %.0f ms, %.0f shed, ",
      asked, heard, heard / sustainable, placed, placedP99, shed)
      + (others.isEmpty ? "nothing else" : "else \(others)")
  }
}

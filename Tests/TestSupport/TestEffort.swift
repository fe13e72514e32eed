internal import Foundation

/// How much the tests do that could go on for ever: those with seeds, and those with random cases.
///
/// `TEST_EFFORT` multiplies what each does by default; 0 is one seed, or one case, of each.
/// `TEST_SEED` is the seed to begin with, so that both together run one failure again.
public enum TestEffort {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  private static let factor = min(number("TEST_EFFORT") ?? 1, 1_000_000)

  public static let firstSeed = number("TEST_SEED") ?? 1

  public static func count(_ usual: Int) -> Int { max(1, usual * Int(factor)) }

  /// As many seeds.
  public static func seeds(_ usual: Int) -> Range<UInt64> {
    let (end, overflow) = firstSeed.addingReportingOverflow(UInt64(count(usual)))
    return firstSeed..<(overflow ? .max : end)
  }

  /// What to type to run one seed again.
  public static func command(seed: UInt64, filter: String) -> String {
    "TEST_SEED=\(seed) TEST_EFFORT=0 swift test --filter '\(filter)'"
  }
}

internal import Synchronization

/// How often calls took how long. Recording finds a bucket and adds to two numbers: no lock, no
/// allocation.
public final class LatencyHistogram: Sendable {
  /// Upper bounds in nanoseconds, inclusive. They begin where a call answered from memory ends and
  /// go to the longest deadline the edge gives. An inline array, because the storage of an ordinary
  /// one would be retained and released on every call.
  static let bounds: InlineArray<16, UInt64> = [
    100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000,
    10_000_000, 25_000_000, 50_000_000,
    100_000_000, 250_000_000, 500_000_000,
    1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
  ]

  /// Calls in each bucket alone; the last one is for all that took longer.
  private let counts = InlineArray<17, Atomic<UInt64>> { _ in Atomic(0) }
  private let sumNanoseconds = Atomic<UInt64>(0)

  public init() {}

  public func record(nanoseconds: UInt64) {
    var bucket = 0
    // Most calls end in the first few buckets, where a plain scan beats a binary search.
    while bucket < 16, nanoseconds > Self.bounds[bucket] { bucket += 1 }
    counts[bucket].wrappingAdd(1, ordering: .relaxed)
    sumNanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
  }

  /// What a page prints, taken at one moment per number.
  struct Reading {
    /// How many took at most the bound of the same index; the last is all of them.
    let cumulative: [UInt64]
    let sumSeconds: Double
    var count: UInt64 { cumulative.last ?? 0 }
  }

  var reading: Reading {
    var total: UInt64 = 0
    var cumulative: [UInt64] = []
    for index in 0..<17 {
      total &+= counts[index].load(ordering: .relaxed)
      cumulative.append(total)
    }
    // The count is the last bucket, not a number of its own: they could never disagree.
    return Reading(
      cumulative: cumulative, sumSeconds: Double(sumNanoseconds.load(ordering: .relaxed)) / 1e9)
  }
}

internal import Histogram

/// Latencies in nanoseconds from 1 ns to 1 h with three significant digits, in memory that does
/// not grow with the number of samples.
public struct LatencyHistogram: Equatable, Sendable {
  private var buckets = Histogram<UInt64>(
    lowestDiscernibleValue: 1, highestTrackableValue: Self.nanosecondsMax)
  /// Samples longer than an hour; they are counted as an hour and never lost.
  public private(set) var overflow: UInt64 = 0

  public static let nanosecondsMax: UInt64 = 3_600_000_000_000

  public init() {}

  /// Records one latency. A value of 0, which a coarse clock can give, counts as 1 ns.
  mutating func record(_ nanoseconds: UInt64) {
    if nanoseconds > Self.nanosecondsMax { overflow += 1 }
    buckets.record(min(max(nanoseconds, 1), Self.nanosecondsMax))
  }

  mutating func add(_ other: LatencyHistogram) {
    buckets.add(other.buckets)
    overflow += other.overflow
  }

  mutating func reset() {
    guard count > 0 else { return }
    buckets.reset()
    overflow = 0
  }

  /// How many samples took at most `nanoseconds`, to the precision of the buckets.
  func count(upTo nanoseconds: UInt64) -> UInt64 {
    count == 0 ? 0 : buckets.count(within: 0...min(nanoseconds, Self.nanosecondsMax))
  }

  /// The buckets that are not empty, each by its highest value, in rising order.
  var recorded: [(nanoseconds: UInt64, count: UInt64)] {
    buckets.recordedValues().map { ($0.value, $0.count) }
  }

  public var count: UInt64 { buckets.totalCount }
  public var lowest: UInt64 { count == 0 ? 0 : buckets.min }
  public var highest: UInt64 { buckets.maxRecorded }
  public var mean: Double { buckets.mean }

  /// The latency that `percentile` per cent of the samples do not exceed; 0 without samples.
  public func value(at percentile: Percentile) -> UInt64 {
    buckets.valueAtPercentile(percentile.value)
  }

  /// How many samples lie above that rank: a figure made of a handful is not to be relied on.
  public func samplesAbove(_ percentile: Percentile) -> UInt64 {
    let rank = (percentile.value / 100 * Double(count)).rounded(.up)
    return count - min(count, UInt64(rank))
  }

  /// Fewer samples than this above a percentile, and it is marked `~`.
  static let samplesAboveMin: UInt64 = 10

  public func isRough(_ percentile: Percentile) -> Bool {
    samplesAbove(percentile) < Self.samplesAboveMin
  }
}

/// One histogram as a result file holds it.
struct StoredLatency: Equatable, Sendable {
  let count: UInt64
  let mean: Double
  let highest: UInt64
  private let buckets: [Bucket]

  private struct Bucket: Equatable {
    var nanoseconds: UInt64
    /// How many samples lie in it and in those before it.
    var countUpTo: UInt64
  }

  /// Nil for a set without samples, and for what is no histogram.
  init?(_ value: JSONValue) {
    guard let code = value["hdr"]?.string, let recorded = HistogramReading.decode(code),
      !recorded.isEmpty
    else { return nil }
    var sum: UInt64 = 0
    buckets = recorded.map { bucket in
      sum = sum.addingReportingOverflow(bucket.count).partialValue
      return Bucket(nanoseconds: bucket.nanoseconds, countUpTo: sum)
    }
    count = sum
    mean = value["mean_ns"]?.double ?? 0
    highest = value["max_ns"]?.unsigned ?? buckets.last?.nanoseconds ?? 0
  }

  /// The latency that a share of the samples do not exceed.
  func nanoseconds(at share: Double) -> UInt64 {
    let rank = UInt64(max(1, (min(max(share, 0), 1) * Double(count)).rounded(.up)))
    var low = 0
    var high = buckets.count - 1
    while low < high {
      let middle = (low + high) / 2
      if buckets[middle].countUpTo >= rank { high = middle } else { low = middle + 1 }
    }
    // The last bucket ends above the largest sample, which nothing exceeded.
    return min(buckets[low].nanoseconds, highest)
  }
}

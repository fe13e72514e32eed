/// Adds samples up. Each sample goes into the overall histogram and into that of its outcome, so
/// failures can neither hide in the figures nor hide from them.
struct Recorder: Equatable, Sendable {
  private(set) var overall = LatencyHistogram()
  /// By `Outcome.index`; most outcomes never happen and cost nothing until they do.
  private var byOutcome = [LatencyHistogram?](repeating: nil, count: Outcome.all.count)
  private(set) var counts: [RequestKind: [UInt64]] = [:]
  private(set) var reasons: [Reason: UInt64] = [:]
  private(set) var unexpected: UInt64 = 0

  struct Reason: Hashable, Sendable {
    var outcome: Outcome
    var name: String
  }

  /// Reasons come from the peer, so without a bound a peer could fill our memory with them.
  static let reasonsMax = 64
  /// What all reasons beyond the bound are counted as.
  static let otherReason = "(other)"

  mutating func record(_ sample: Sample) {
    overall.record(sample.nanoseconds)
    let index = sample.outcome.index
    byOutcome[index, default: LatencyHistogram()].record(sample.nanoseconds)
    counts[sample.kind, default: Self.noCounts][index] += 1
    if !sample.isExpected { unexpected += 1 }
    if let reason = sample.reason { count(Reason(outcome: sample.outcome, name: reason), 1) }
  }

  mutating func add(_ other: Recorder) {
    overall.add(other.overall)
    for index in byOutcome.indices {
      guard let histogram = other.byOutcome[index] else { continue }
      byOutcome[index, default: LatencyHistogram()].add(histogram)
    }
    for (kind, numbers) in other.counts {
      for index in numbers.indices { counts[kind, default: Self.noCounts][index] += numbers[index] }
    }
    for (reason, number) in other.reasons { count(reason, number) }
    unexpected += other.unexpected
  }

  func histogram(of outcome: Outcome) -> LatencyHistogram? { byOutcome[outcome.index] }

  func count(of outcome: Outcome) -> UInt64 { byOutcome[outcome.index]?.count ?? 0 }

  private static let noCounts = [UInt64](repeating: 0, count: Outcome.all.count)

  private mutating func count(_ reason: Reason, _ number: UInt64) {
    let isKnown = reasons[reason] != nil
    let hasRoom = reasons.count < Self.reasonsMax
    let other = Reason(outcome: reason.outcome, name: Self.otherReason)
    reasons[isKnown || hasRoom ? reason : other, default: 0] += number
  }
}

extension Array where Element == LatencyHistogram? {
  /// In place, because taking a histogram out and putting it back would copy its buckets.
  fileprivate subscript(
    index: Int, default standard: @autoclosure () -> LatencyHistogram
  ) -> LatencyHistogram {
    get { self[index] ?? standard() }
    _modify {
      var histogram = self[index] ?? standard()
      self[index] = nil  // Else two references hold the buckets and the first write copies them.
      defer { self[index] = histogram }
      yield &histogram
    }
  }
}

/// The figures of a run.
public struct Summary: Equatable, Sendable {
  public struct OutcomeLine: Equatable, Sendable {
    public let outcome: Outcome
    public let count: UInt64
    public let latency: LatencyHistogram
    /// By kind of request, without those that are 0.
    public let kinds: [(kind: RequestKind, count: UInt64)]

    public static func == (left: OutcomeLine, right: OutcomeLine) -> Bool {
      left.outcome == right.outcome && left.latency == right.latency
        && left.kinds.elementsEqual(right.kinds, by: ==)
    }
  }

  public struct ReasonLine: Equatable, Sendable {
    public let outcome: Outcome
    public let reason: String
    public let count: UInt64
  }

  /// Every request of the measured part, failures and unfinished ones included.
  public let latency: LatencyHistogram
  /// Those that happened, in the order of `Outcome.all`.
  public let outcomes: [OutcomeLine]
  /// The most frequent first.
  public let reasons: [ReasonLine]
  public let started: UInt64
  public let warmUps: UInt64
  public let unexpected: UInt64
  public let windowNanoseconds: UInt64
  public let completedInWindow: UInt64

  init(_ record: LoopRecord) {
    let recorder = record.recorder
    latency = recorder.overall
    outcomes = Outcome.all.compactMap { outcome in
      guard let histogram = recorder.histogram(of: outcome) else { return nil }
      let kinds = RequestKind.allCases.compactMap { kind -> (kind: RequestKind, count: UInt64)? in
        guard let count = recorder.counts[kind]?[outcome.index], count > 0 else { return nil }
        return (kind, count)
      }
      return OutcomeLine(
        outcome: outcome, count: histogram.count, latency: histogram, kinds: kinds)
    }
    reasons = recorder.reasons
      .map { ReasonLine(outcome: $0.key.outcome, reason: $0.key.name, count: $0.value) }
      .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    started = record.started
    warmUps = record.warmUps
    unexpected = recorder.unexpected
    windowNanoseconds = record.windowNanoseconds
    completedInWindow = record.completedInWindow
  }

  public func count(of outcome: Outcome) -> UInt64 {
    outcomes.first { $0.outcome == outcome }?.count ?? 0
  }

  public var unfinished: UInt64 { count(of: .unfinished) }

  public var completed: UInt64 { latency.count - unfinished }

  /// The share of requests whose outcome was not expected, from 0 to 1.
  public var errorRate: Double {
    latency.count == 0 ? 0 : Double(unexpected) / Double(latency.count)
  }

  /// Answers per second while requests were being sent.
  public var rate: Double {
    windowNanoseconds == 0 ? 0 : Double(completedInWindow) * 1e9 / Double(windowNanoseconds)
  }
}

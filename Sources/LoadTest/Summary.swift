/// The figures of a run.
public struct Summary: Equatable, Sendable {
  public struct OutcomeLine: Equatable, Sendable {
    public let outcome: Outcome
    public let latency: LatencySet
    /// By kind of request, without those that are 0.
    public let kinds: [KindCount]

    public var count: UInt64 { latency.count }
  }

  public struct KindCount: Equatable, Sendable {
    public let kind: RequestKind
    public let count: UInt64
  }

  public struct KindLine: Equatable, Sendable {
    public let kind: RequestKind
    public let latency: LatencySet
  }

  public struct ReasonLine: Equatable, Sendable {
    public let outcome: Outcome
    public let reason: String
    public let count: UInt64
  }

  /// Every request of the measured part, failures and unfinished ones included.
  public let all: LatencySet
  /// Those that happened, in the order of `Outcome.all`.
  public let outcomes: [OutcomeLine]
  public let kinds: [KindLine]
  /// The most frequent first.
  public let reasons: [ReasonLine]
  /// By `LatencyPart`; empty before the first request.
  public let parts: [LatencyHistogram]
  public let intervals: [IntervalLine]
  public let started: UInt64
  public let startedInWindow: UInt64
  /// What the schedule asked for; nil in a closed loop.
  public let asked: UInt64?
  public let warmUps: UInt64
  public let unexpected: UInt64
  public let windowNanoseconds: UInt64
  public let completedInWindow: UInt64
  public let processors: ProcessorShare
  public let reopened: UInt64
  public let serverStreams: Int?

  init(_ record: RunRecord) {
    self.init(record, record.recorder)
  }

  /// The figures of one recorder; the times and counts are those of the whole run.
  init(_ record: RunRecord, _ recorder: Recorder) {
    all = recorder.latency()
    outcomes = Outcome.all.compactMap { outcome in
      let cells = recorder.cells.filter { $0.outcome == outcome && $0.latency.count > 0 }
      guard !cells.isEmpty else { return nil }
      let kinds = RequestKind.allCases.compactMap { kind -> KindCount? in
        let count = cells.reduce(0) { $0 + ($1.kind == kind ? $1.latency.count : 0) }
        return count > 0 ? KindCount(kind: kind, count: count) : nil
      }
      return OutcomeLine(
        outcome: outcome, latency: recorder.latency { $0.outcome == outcome }, kinds: kinds)
    }
    kinds = RequestKind.allCases.compactMap { kind in
      let latency = recorder.latency { $0.kind == kind }
      return latency.count > 0 ? KindLine(kind: kind, latency: latency) : nil
    }
    reasons = recorder.reasons
      .map { ReasonLine(outcome: $0.key.outcome, reason: $0.key.name, count: $0.value) }
      .sorted {
        ($1.count, $0.reason, $0.outcome.index) < ($0.count, $1.reason, $1.outcome.index)
      }
    parts = recorder.parts
    intervals = record.intervals
    started = record.started
    startedInWindow = record.startedInWindow
    asked = record.asked
    warmUps = record.warmUps
    unexpected = recorder.unexpected
    windowNanoseconds = record.windowNanoseconds
    completedInWindow = record.completedInWindow
    processors = record.processors
    reopened = record.reopened
    serverStreams = record.serverStreams
  }

  /// By the clock that promises are measured by: from the schedule where there is one.
  public var latency: LatencyHistogram { all.judged }

  public func part(_ part: LatencyPart) -> LatencyHistogram {
    parts.indices.contains(part.rawValue) ? parts[part.rawValue] : LatencyHistogram()
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

  /// Processor microseconds of the tool for each request; nil without a request.
  public var processorMicroseconds: Double? {
    let count = completed + warmUps
    return count == 0 ? nil : processors.ownSeconds * 1e6 / Double(count)
  }
}

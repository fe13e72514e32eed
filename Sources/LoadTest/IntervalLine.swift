/// One interval of a run: a line of the display, a row of the CSV file and a point of each plot.
public struct IntervalLine: Equatable, Sendable {
  /// From the start of the measured part; negative parts of the time are the warm-up.
  public var endSeconds = 0.0
  public var seconds = 0.0
  public var isWarmUp = false
  /// What the schedule asked for; nil in a closed loop.
  public var asked: UInt64?
  public var started: UInt64 = 0
  public var completed: UInt64 = 0
  public var ok: UInt64 = 0
  public var errors: UInt64 = 0
  /// By the clock that promises are measured by.
  public var p50: UInt64 = 0
  public var p90: UInt64 = 0
  public var p99: UInt64 = 0
  public var p999: UInt64 = 0
  public var max: UInt64 = 0
  /// From send.
  public var sentP50: UInt64 = 0
  public var sentP90: UInt64 = 0
  public var sentP99: UInt64 = 0
  public var sentP999: UInt64 = 0
  public var sentMax: UInt64 = 0
  public var lagP99: UInt64 = 0
  /// Processor time of the tool, in cores.
  public var processors = 0.0
  /// The share of its time that the busiest worker was busy; nil where the system does not tell.
  public var busiest: Double?
  public var inFlight = 0
  public var waiting = 0
  /// Outcomes other than OK, by name.
  public var failures: [Failure] = []

  public struct Failure: Equatable, Sendable {
    public var outcome: String
    public var count: UInt64
  }

  /// Answers per second.
  public var rate: Double { seconds > 0 ? Double(completed) / seconds : 0 }
  /// Requests per second that the schedule asked for.
  public var askedRate: Double? { asked.map { seconds > 0 ? Double($0) / seconds : 0 } }

  init() {}

  init(_ record: IntervalRecord, latency: LatencySet, lag: LatencyHistogram) {
    let judged = latency.judged
    started = record.started + record.warmUps
    inFlight = record.inFlight
    waiting = record.waiting
    let unfinished = record.steps.reduce(0) { $0 + $1.count(of: .unfinished) }
    completed = latency.count - unfinished
    ok = record.steps.reduce(0) { $0 + $1.count(of: .ok) }
    errors = record.steps.reduce(0) { $0 + $1.unexpected }
    p50 = judged.value(at: .median)
    p90 = judged.value(at: .p90)
    p99 = judged.value(at: .p99)
    p999 = judged.value(at: .p999)
    max = judged.highest
    sentP50 = latency.fromSend.value(at: .median)
    sentP90 = latency.fromSend.value(at: .p90)
    sentP99 = latency.fromSend.value(at: .p99)
    sentP999 = latency.fromSend.value(at: .p999)
    sentMax = latency.fromSend.highest
    lagP99 = lag.value(at: .p99)
    failures = Outcome.all.compactMap { outcome in
      guard outcome != .ok else { return nil }
      let count = record.steps.reduce(0) { $0 + $1.count(of: outcome) }
      return count > 0 ? Failure(outcome: outcome.description, count: count) : nil
    }
  }
}

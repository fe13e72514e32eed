/// Adds up what the workers hand over and makes the line of each interval.
struct RunCollector {
  private let configuration: RunConfiguration
  private let plan: RunPlan
  private(set) var record: RunRecord
  private var lastEnd: UInt64
  private var lastUse: ProcessorUse
  private let firstUse: ProcessorUse
  private var threads: [(clock: ThreadClock, last: UInt64)]
  /// Of one interval. Used again: histograms made for each would leave holes in the memory, and a
  /// run would grow for as long as it goes on.
  private var latency = LatencySet()
  private var lag = LatencyHistogram()
  /// What the schedule asks for, drawn once more beside the workers.
  private var schedule: Schedule
  private var nextArrival: Schedule.Arrival?

  init(_ configuration: RunConfiguration, plan: RunPlan, threads clocks: [ThreadClock]) {
    self.configuration = configuration
    self.plan = plan
    record = RunRecord()
    record.steps = (0..<configuration.load.stepCount).map { _ in Recorder() }
    lastEnd = plan.start
    firstUse = .now()
    lastUse = firstUse
    threads = clocks.map { ($0, $0.nanoseconds() ?? 0) }
    schedule = configuration.schedule()
    if configuration.load.isOpen {
      nextArrival = schedule.next()
      record.asked = 0
    }
  }

  /// The figures from the last call until `now`.
  /// - Parameter isLast: what came after the last whole interval, which may be nothing.
  mutating func add(
    _ taken: [IntervalRecord], at now: UInt64, isLast: Bool = false
  ) -> ProgressLine {
    var sum = taken.first ?? IntervalRecord(steps: 1, kinds: [])
    for other in taken.dropFirst() { sum.add(other) }
    latency.reset()
    lag.reset()
    for (number, step) in sum.steps.enumerated() {
      step.add(to: &latency)
      if let histogram = step.parts.first { lag.add(histogram) }
      record.steps[number].add(step)
    }
    var line = IntervalLine(sum, latency: latency, lag: lag)
    line.seconds = Double(now - min(lastEnd, now)) / 1e9
    line.endSeconds = (Double(now) - Double(plan.measuringBegins)) / 1e9
    // By its greater part: no worker is asked at the very moment at which measuring begins.
    line.isWarmUp =
      now - min(lastEnd, now) > 2 * (now - min(plan.measuringBegins, now))
      && lastEnd < plan.measuringBegins
    line.asked = asked(until: now)
    let use = ProcessorUse.now()
    line.processors = line.seconds > 0 ? max(0, use.own - lastUse.own) / line.seconds : 0
    line.busiest = busiest(taken, now - min(lastEnd, now))
    if let asked = line.asked { record.asked = (record.asked ?? 0) + asked }
    if !isLast || latency.count > 0 { record.intervals.append(line) }
    record.started += sum.started
    record.startedInWindow += sum.startedInWindow
    record.warmUps += sum.warmUps
    record.completedInWindow += sum.completedInWindow
    record.lastAnswer = max(record.lastAnswer, sum.lastAnswer)
    record.reopened += sum.reopened
    if configuration.keepsLog {
      record.log += IntervalLog.lines(
        sum, begin: lastEnd - min(plan.start, lastEnd), seconds: line.seconds)
    }
    lastEnd = now
    lastUse = use
    return ProgressLine(
      interval: line, elapsedSeconds: Double(now - min(plan.start, now)) / 1e9)
  }

  mutating func noteServerStreams(_ allowed: Int?) { record.serverStreams = allowed }

  private mutating func asked(until now: UInt64) -> UInt64? {
    guard configuration.load.isOpen else { return nil }
    var count: UInt64 = 0
    while let arrival = nextArrival, plan.measuringBegins + arrival.offset < now {
      count += 1
      nextArrival = schedule.next()
    }
    return count
  }

  /// The share of the time in which the busiest worker did something. Looking at the clock while
  /// nothing is due is idleness, though it takes a processor.
  private mutating func busiest(_ taken: [IntervalRecord], _ length: UInt64) -> Double? {
    guard length > 0, threads.count == taken.count, !threads.isEmpty else { return nil }
    var most = 0.0
    for (number, worker) in taken.enumerated() {
      guard let used = threads[number].clock.nanoseconds() else { return nil }
      let spent = used - min(threads[number].last, used)
      threads[number].last = used
      let busy = spent - min(worker.idleNanoseconds, spent)
      most = max(most, Double(busy) / Double(length))
    }
    return min(most, 1)
  }

  /// The record of the whole run.
  mutating func finish(isCutShort: Bool) -> RunRecord {
    let ranToItsEnd = !isCutShort && plan.durationEnds != .max
    let windowEnds = ranToItsEnd ? plan.durationEnds : record.lastAnswer
    record.windowNanoseconds = windowEnds - min(windowEnds, plan.measuringBegins)
    record.processors = ProcessorShare(from: firstUse, to: lastUse)
    return record
  }
}

/// What one worker counted since it was last asked.
struct IntervalRecord: Equatable, Sendable {
  /// By step of the rate.
  var steps: [Recorder]
  var warmUps: UInt64 = 0
  /// Requests taken from the schedule, or begun in a closed loop.
  var started: UInt64 = 0
  /// Of those, the ones taken before the measured part was over.
  var startedInWindow: UInt64 = 0
  /// Answers that came before the measured part was over.
  var completedInWindow: UInt64 = 0
  var lastAnswer: UInt64 = 0
  var inFlight = 0
  var waiting = 0
  /// Time in which the worker looked at the clock and did nothing else.
  var idleNanoseconds: UInt64 = 0
  var reopened: UInt64 = 0

  init(steps: Int, kinds: [RequestKind]) {
    self.steps = (0..<max(steps, 1)).map { _ in Recorder() }
    self.steps[0].prepare(for: kinds)
  }

  /// Forgets everything and keeps the memory.
  mutating func reset() {
    for step in steps.indices { steps[step].reset() }
    warmUps = 0
    started = 0
    startedInWindow = 0
    completedInWindow = 0
    lastAnswer = 0
    inFlight = 0
    waiting = 0
    idleNanoseconds = 0
    reopened = 0
  }

  mutating func add(_ other: IntervalRecord) {
    for step in other.steps.indices where step < steps.count { steps[step].add(other.steps[step]) }
    warmUps += other.warmUps
    started += other.started
    startedInWindow += other.startedInWindow
    completedInWindow += other.completedInWindow
    lastAnswer = max(lastAnswer, other.lastAnswer)
    inFlight += other.inFlight
    waiting += other.waiting
    idleNanoseconds += other.idleNanoseconds
    reopened += other.reopened
  }
}

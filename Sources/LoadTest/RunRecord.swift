/// What a run brought back: the samples added up, and the times that give them a rate.
struct RunRecord: Equatable, Sendable {
  /// By step of the rate.
  var steps: [Recorder] = [Recorder()]
  /// In the order of time, warm-up included.
  var intervals: [IntervalLine] = []
  /// Requests taken from the schedule or the office, warm-up not counted.
  var started: UInt64 = 0
  var startedInWindow: UInt64 = 0
  /// What the schedule asked for in the measured part; nil in a closed loop.
  var asked: UInt64?
  var warmUps: UInt64 = 0
  /// From the first measured moment to the end of sending, or to the last answer where a count or
  /// an interruption ended it.
  var windowNanoseconds: UInt64 = 0
  /// Answers that came within that time: those that came later, while draining, belong to no rate.
  var completedInWindow: UInt64 = 0
  var lastAnswer: UInt64 = 0
  var processors = ProcessorShare()
  /// Connections that were lost and opened again.
  var reopened: UInt64 = 0
  /// What the servers allow at once where that is less than was asked for.
  var serverStreams: Int?
  /// Lines of the interval log.
  var log: [String] = []

  /// All steps together.
  var recorder: Recorder {
    var sum = Recorder()
    for step in steps { sum.add(step) }
    return sum
  }
}

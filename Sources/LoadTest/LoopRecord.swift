/// What a loop brought back: the samples added up, and the times that give them a rate.
struct LoopRecord: Equatable, Sendable {
  var recorder = Recorder()
  /// Requests taken from the workload, warm-up not counted.
  var started: UInt64 = 0
  var warmUps: UInt64 = 0
  /// From the first measured moment to the end of sending, or to the last answer where a count or
  /// an interruption ended it.
  var windowNanoseconds: UInt64 = 0
  /// Answers that came within that time: those that came later, while draining, belong to no rate.
  var completedInWindow: UInt64 = 0
}

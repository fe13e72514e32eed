internal import Synchronization

/// The samples of some of the requests in flight, behind a lock that few contend for.
///
/// It also holds which requests are open. Ending one takes it out and records it in one step, so
/// that a request which the run gives up waiting for just as its answer arrives counts once.
final class RecorderShard: Sendable {
  struct Open: Equatable, Sendable {
    var request: LoadRequest
    var sentNanoseconds: UInt64
  }

  private struct State: Sendable {
    var recorder = Recorder()
    var interval = IntervalFigures()
    var open: [Int: Open] = [:]
    var completedInWindow: UInt64 = 0
    var lastAnswer: UInt64 = 0
    var hasGivenUp = false
  }

  private let state = Mutex(State())
  private let expectation: Expectation
  /// Answers after this are not of the window that the rate is taken over.
  private let windowEnds: UInt64

  init(expectation: Expectation, windowEnds: UInt64) {
    self.expectation = expectation
    self.windowEnds = windowEnds
  }

  func begin(_ request: LoadRequest, slot: Int, at now: UInt64) {
    state.withLock { state in
      let open = Open(request: request, sentNanoseconds: now)
      guard state.hasGivenUp else {
        state.open[slot] = open
        return
      }
      // Taken just before the end, begun just after: it counts, though it is hardly sent.
      state.recorder.record(sample(open, .unfinished, reason: nil, at: now))
    }
  }

  /// Records the end of the slot's request, unless it was given up before.
  func end(slot: Int, _ outcome: Outcome, reason: String?, at now: UInt64) {
    state.withLock { state in
      guard let open = state.open.removeValue(forKey: slot) else { return }
      let sample = sample(open, outcome, reason: reason, at: now)
      state.recorder.record(sample)
      state.interval.record(sample)
      if now <= windowEnds { state.completedInWindow += 1 }
      state.lastAnswer = max(state.lastAnswer, now)
    }
  }

  /// Records every open request as unfinished, with the time it has waited.
  func giveUp(at now: UInt64) {
    state.withLock { state in
      for open in state.open.values {
        state.recorder.record(sample(open, .unfinished, reason: nil, at: now))
      }
      state.open.removeAll()
      state.hasGivenUp = true
    }
  }

  private func sample(
    _ open: Open, _ outcome: Outcome, reason: String?, at now: UInt64
  ) -> Sample {
    let request = open.request
    let isExpected = expectation.allows(
      outcome, reason: reason, of: request.kind, mustConflict: request.mustConflict)
    let waited = now > open.sentNanoseconds ? now - open.sentNanoseconds : 0
    return Sample(
      kind: request.kind, outcome: outcome, reason: reason, isExpected: isExpected,
      nanoseconds: waited)
  }

  /// The figures since the last call, and how many requests are open now.
  func takeInterval() -> (figures: IntervalFigures, inFlight: Int) {
    state.withLock { state in
      let figures = state.interval
      state.interval = IntervalFigures()
      return (figures, state.open.count)
    }
  }

  struct Totals: Equatable, Sendable {
    var recorder: Recorder
    var completedInWindow: UInt64
    var lastAnswer: UInt64
  }

  var totals: Totals {
    state.withLock { state in
      Totals(
        recorder: state.recorder, completedInWindow: state.completedInWindow,
        lastAnswer: state.lastAnswer)
    }
  }
}

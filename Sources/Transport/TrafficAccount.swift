internal import HTTP2
internal import Synchronization

/// Sums up what connections count. Its lock is taken when one begins or ends, for a GOAWAY, and by
/// who asks, never for a call.
final class TrafficAccount: Sendable {
  private struct State {
    var open: [ObjectIdentifier: ConnectionTally] = [:]
    /// Closed, with handlers that have not returned yet.
    var leaving: [ConnectionTally] = []
    /// Sums of those that are gone, and GOAWAYs.
    var past = TrafficCounts()
  }

  private let state = Mutex(State())

  func opened(_ tally: ConnectionTally) {
    state.withLock { $0.open[ObjectIdentifier(tally)] = tally }
  }

  func closed(_ tally: ConnectionTally) {
    state.withLock { state in
      guard state.open.removeValue(forKey: ObjectIdentifier(tally)) != nil else { return }
      state.past.bytesReceived &+= tally.bytesReceived.load(ordering: .relaxed)
      state.past.bytesSent &+= tally.bytesSent.load(ordering: .relaxed)
      state.leaving.removeAll { $0.runningHandlers.load(ordering: .relaxed) == 0 }
      if tally.runningHandlers.load(ordering: .relaxed) > 0 { state.leaving.append(tally) }
    }
  }

  func dropped(values count: Int) {
    guard count > 0 else { return }
    state.withLock { $0.past.droppedValues &+= UInt64(count) }
  }

  /// - Parameter last: An announcement, which another GOAWAY follows, does not count.
  func goAwaySent(last: StreamID, _ code: HTTP2ErrorCode, _ reason: String) {
    guard last.rawValue != .max else { return }
    let key = TrafficCounts.GoAway(code: code, reason: reason)
    state.withLock { $0.past.goAwaysSent[key, default: 0] += 1 }
  }

  func goAwayReceived(_ code: HTTP2ErrorCode) {
    let isListed = code.rawValue <= HTTP2ErrorCode.http11Required.rawValue
    let key = isListed ? code : TrafficCounts.unlistedCode
    state.withLock { $0.past.goAwaysReceived[key, default: 0] += 1 }
  }

  var counts: TrafficCounts {
    state.withLock { state in
      var counts = state.past
      state.leaving.removeAll { $0.runningHandlers.load(ordering: .relaxed) == 0 }
      counts.connections = state.open.count
      for tally in state.open.values {
        counts.openStreams += tally.openStreams.load(ordering: .relaxed)
        counts.bytesReceived &+= tally.bytesReceived.load(ordering: .relaxed)
        counts.bytesSent &+= tally.bytesSent.load(ordering: .relaxed)
        for (index, rule) in AbuseLedger.Rule.allCases.enumerated() {
          let tokens = tally.tokens(at: index)
          counts.tokensLeast[rule] = min(counts.tokensLeast[rule] ?? tokens, tokens)
        }
      }
      for tally in Array(state.open.values) + state.leaving {
        counts.runningHandlers += tally.runningHandlers.load(ordering: .relaxed)
      }
      return counts
    }
  }
}

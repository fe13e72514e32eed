internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization

/// A connection's way to its end: keepalive, drain, close.
extension ClientConnection: TimerTarget {
  func timerFired(_ purpose: TimerPurpose) {
    keepaliveTimer = nil
    checkKeepalive(hasCalls: !isEmpty)
    flush()
  }

  /// - Parameter hasCalls: whether any is under way or about to begin.
  func checkKeepalive(hasCalls: Bool) {
    let action = keepalive?.check(
      now: NIODeadline.now().uptimeNanoseconds, lastRead: lastReadNanoseconds, hasCalls: hasCalls)
    switch action {
    case .wait(let left):
      if keepaliveTimer == nil { keepaliveTimer = timers.set(self, .keepalive, after: left) }
    case .ping(let left):
      session.submitPing(Self.keepalivePayload)
      cancelKeepalive()
      keepaliveTimer = timers.set(self, .keepalive, after: left)
    case .close:
      logger.info("connection closed: no answer to PING", metadata: ["peer": "\(address)"])
      endCause = "no answer to PING within keepaliveTimeout"
      if let context { io.close(context) }
    case .rest, nil:
      break
    }
  }

  /// The timer stands at the end of the time for an answer; the next question may be due earlier.
  func keepaliveAnswered() {
    guard keepalive != nil else { return }
    cancelKeepalive()
    checkKeepalive(hasCalls: !isEmpty)
  }

  private static let keepalivePayload: UInt64 = 0x6b65_6570_6c69_7665

  private func cancelKeepalive() {
    if let timer = keepaliveTimer { timers.cancel(timer) }
    keepaliveTimer = nil
  }

  /// Takes no new call, and closes when those under way have ended.
  func drain(_ cause: String) {
    guard !isDraining else { return }
    isDraining = true
    endCause = cause
    tellEnd(cause)
    // Which closes a connection that has nothing to wait for.
    flushSoon()
  }

  /// Ends everything at once.
  func close(_ cause: String) {
    endCause = cause
    session.terminate(.noError, reason: "client closed")
    flush()
    if let context { io.close(context) }
    ended(cause)
  }

  func ended(_ cause: String) {
    cancelKeepalive()
    keepalive = nil
    let error = RPCError(.unavailable, "connection to \(address) lost: \(cause)")
    var ended: [CallHandle] = []
    for stream in calls.streams {
      guard var call = calls.remove(stream) else { continue }
      if call.fail(error, .connection) { ended.append(call.handle) }
    }
    gauge.openStreams.store(0, ordering: .relaxed)
    // Only when all are out: what is told of one may ask for the others.
    for call in ended { end(call) }
    tellEnd(cause)
  }

  private func tellEnd(_ cause: String) {
    healthWatch?.stop()
    healthWatch = nil
    let tell = onEnd
    onEnd = nil
    onRoom = nil
    tell?(cause)
  }
}

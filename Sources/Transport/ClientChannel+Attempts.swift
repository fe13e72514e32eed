internal import NIOCore
internal import RPC

/// What follows the attempts of calls: the end, or another attempt.
extension ClientChannel {
  /// For a call that cannot be carried by any connection now.
  func attemptFailed(_ call: CallHandle, _ error: RPCError) {
    if state == .shutdown { return call.fail(error, .connection) }
    if call.isFinished { return }
    call.reply = RawReply(error, .connection)
    attemptEnded(call)
  }

  func attemptEnded(_ call: CallHandle) {
    // What was under way when the client was shut down is told.
    guard state != .shutdown else { return call.finish() }
    switch call.decide(&throttle) {
    case .done:
      call.finish()
    case .again:
      call.renew()
      carryLater(call)
    case .retry(let delay):
      call.renew()
      call.queue = self
      pausing.append(call)
      call.pause = eventLoop.scheduleTask(in: TimeAmount(delay)) {
        call.pause = nil
        call.queue = nil
        self.pausing.removeAll { $0 === call }
        self.carry(call)
      }
    }
  }

  /// In a turn of its own: a connection is in the middle of its events.
  func carryLater(_ call: CallHandle) {
    eventLoop.execute { if !call.isFinished { self.carry(call) } }
  }

  /// None is slept out.
  func endPauses(_ error: RPCError) {
    let calls = pausing
    pausing = []
    for call in calls {
      call.queue = nil
      call.fail(error, .local)
    }
  }
}

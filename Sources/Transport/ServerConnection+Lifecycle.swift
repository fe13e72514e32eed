internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC

/// A connection's way from its first byte to its end: handshake, keepalive, age, drain.
extension ServerConnection: TimerTarget {
  func timerFired(_ purpose: TimerPurpose) {
    nowNanoseconds = NIODeadline.now().uptimeNanoseconds
    switch purpose {
    case .deadline(let stream): deadlinePassed(StreamID(rawValue: stream))
    case .handshake: handshakeTooLong()
    case .headerBlock: headerBlockTooLong()
    case .drain: if drain.close() { sendLastGoAway() }
    case .keepalive: checkKeepalive()
    case .idle: checkIdle()
    case .age: startDrain(.age)
    case .ageGrace: cutOffAged()
    case .stall: checkStalls()
    }
    flush()
  }

  /// Timers that every connection has from its begin. An infinite time sets none.
  func startTimers() {
    handshakeTimer = timers.set(self, .handshake, after: settings.handshakeTimeMax)
    lastReadNanoseconds = NIODeadline.now().uptimeNanoseconds
    idleSince = lastReadNanoseconds
    if settings.keepaliveTime > .zero {
      keepaliveTimer = timers.set(self, .keepalive, after: settings.keepaliveTime)
    }
    if settings.connectionIdle > .zero {
      idleTimer = timers.set(self, .idle, after: settings.connectionIdle)
    }
    if settings.connectionAge > .zero {
      // Connections that were made at once must not all come back at once. (gRFC A9: ±10 %)
      var random = SystemRandomNumberGenerator()
      let age = settings.drawAge(&random)
      ageTimer = timers.set(self, .age, after: age)
    }
  }

  /// None may outlive its connection: the wheel would hold on to it.
  func cancelTimers() {
    let all = [
      handshakeTimer, headerBlockTimer, drainTimer, keepaliveTimer, idleTimer, ageTimer,
      stallTimer,
    ]
    for case let token? in all { timers.cancel(token) }
    handshakeTimer = nil
    headerBlockTimer = nil
    drainTimer = nil
    keepaliveTimer = nil
    idleTimer = nil
    ageTimer = nil
    stallTimer = nil
  }

  private func handshakeTooLong() {
    handshakeTimer = nil
    guard !hasSettings, let context else { return }
    logger.debug("closed: no HTTP/2 in handshakeTimeMax", metadata: ["peer": "\(peer)"])
    io.close(context)
  }

  // MARK: - Slow header blocks

  /// After each read: a header block that is under way has `headerBlockTimeMax` to end.
  func watchHeaderBlock() {
    if !session.isHeaderBlockOpen {
      if let timer = headerBlockTimer {
        timers.cancel(timer)
        headerBlockTimer = nil
      }
    } else if headerBlockTimer == nil {
      headerBlockTimer = timers.set(self, .headerBlock, after: settings.headerBlockTimeMax)
    }
  }

  private func headerBlockTooLong() {
    headerBlockTimer = nil
    endForFault(.enhanceYourCalm, "slow headers")
  }

  /// Ends the connection for something its peer did, or did not do.
  func endForFault(_ code: HTTP2ErrorCode, _ reason: StaticString) {
    guard let context, !io.isClosing else { return }
    hasMisbehaved = true
    logger.info(
      "connection closed for a fault of the peer",
      metadata: ["peer": "\(peer)", "code": "\(code)", "reason": "\(reason)"])
    session.terminate(code, reason: reason)
    _ = try? io.write(to: context)
    takeEvents(nil)
    io.close(context)
  }

  // MARK: - PING

  func received(ping payload: UInt64) {
    if strikes.ping(now: nowNanoseconds, hasCalls: calls.count > 0) {
      endForFault(.enhanceYourCalm, "too_many_pings")
    }
  }

  func received(pingAcknowledgement payload: UInt64) {
    if drain.pingAcknowledged(payload) { sendLastGoAway() }
  }

  private func checkKeepalive() {
    switch keepalive.check(now: nowNanoseconds, lastRead: lastReadNanoseconds) {
    case .wait(let left):
      keepaliveTimer = timers.set(self, .keepalive, after: left)
    case .ping(let left):
      session.submitPing(Self.keepalivePayload)
      keepaliveTimer = timers.set(self, .keepalive, after: left)
    case .close:
      keepaliveTimer = nil
      guard let context else { return }
      logger.info("connection closed: no answer to PING", metadata: ["peer": "\(peer)"])
      io.close(context)
    }
  }

  private static let keepalivePayload: UInt64 = 0x6b65_6570_6c69_7665

  // MARK: - The end

  private func checkIdle() {
    // Who has not even sent SETTINGS has `handshakeTimeMax`.
    guard hasSettings, calls.count == 0 else {
      idleTimer = timers.set(self, .idle, after: settings.connectionIdle)
      return
    }
    let idle = Duration.nanoseconds(
      Int64(clamping: nowNanoseconds - min(nowNanoseconds, idleSince)))
    if idle >= settings.connectionIdle {
      idleTimer = nil
      startDrain(.idle)
    } else {
      idleTimer = timers.set(self, .idle, after: settings.connectionIdle - idle)
    }
  }

  /// Takes no further calls, without refusing those that are under way here, and closes when the
  /// last has been answered.
  func startDrain(_ reason: DrainState.Reason) {
    guard drain.begin(reason) else { return }
    if io.isSecuring {
      // Nobody who could hear of it.
      if let context { io.close(context) }
      return
    }
    if !hasSettings {
      // Nobody there yet whose calls could be under way.
      _ = drain.close()
      sendLastGoAway()
    } else {
      session.announceGoAway(reason: reason.text)
      session.submitPing(DrainState.pingPayload)
      drainTimer = timers.set(self, .drain, after: Self.drainPingTimeMax)
    }
    flush()
  }

  /// What a PING may take to be answered. (RFC 9113 §6.8 asks for a round trip)
  private static let drainPingTimeMax = Duration.seconds(5)

  private func sendLastGoAway() {
    if let timer = drainTimer { timers.cancel(timer) }
    drainTimer = nil
    session.submitGoAway(.noError, reason: drain.reason.text)
    if drain.reason == .age, settings.connectionAgeGrace > .zero {
      drainTimer = timers.set(self, .ageGrace, after: settings.connectionAgeGrace)
    }
    flush()
  }

  private func cutOffAged() {
    drainTimer = nil
    let cut = cutOff(RPCError(.unavailable, "connection closed after connectionAgeGrace"))
    if cut > 0 {
      logger.info(
        "calls cut at connectionAgeGrace", metadata: ["peer": "\(peer)", "calls": "\(cut)"])
    }
  }

  // MARK: - Standing still

  /// Looks at the calls now and then while there are any, and at a socket that takes nothing.
  func watchStalls() {
    guard stallTimer == nil else { return }
    let step = min(settings.stallTimeMax, settings.streamStallTimeMax) / 4
    stallTimer = timers.set(self, .stall, after: step)
  }

  private func checkStalls() {
    stallTimer = nil
    for stream in calls.streams {
      let moved = session.sentBytes(on: stream)
      let unsent = session.unsentBytes(on: stream) > 0
      let now = nowNanoseconds
      let isStalled = calls.update(stream) { call in
        call.stall.look(
          now: now, moved: moved &+ call.state.receivedBytes,
          isWaiting: unsent || call.state.isMessageBegun,
          limit: call.state.streams == nil ? settings.stallTimeMax : settings.streamStallTimeMax)
      }
      if isStalled == true { cutStalled(stream) }
    }
    let isStuck = connectionStall.look(
      now: nowNanoseconds, moved: 0, isWaiting: context?.channel.isWritable == false,
      limit: settings.stallTimeMax)
    if isStuck, let context {
      hasMisbehaved = true
      logger.info("connection closed: the peer does not read", metadata: ["peer": "\(peer)"])
      // A graceful close would wait for the peer as well.
      context.close(mode: .all, promise: nil)
      return
    }
    if calls.count > 0 || context?.channel.isWritable == false {
      watchStalls()
    } else {
      session.trimMemory()
    }
  }

  private func cutStalled(_ stream: StreamID) {
    hasMisbehaved = true
    logger.info(
      "stream reset: it stood still for stallTimeMax",
      metadata: ["peer": "\(peer)", "stream": "\(stream.rawValue)"])
    if calls.update(stream, { $0.state.takeReply() }) == true {
      calls[stream]?.state.task?.cancel()
      calls[stream]?.state.streams?.end(
        RPCError(.resourceExhausted, "the stream stood still for longer than stallTimeMax"))
      ended(stream, .resourceExhausted)
    }
    session.reset(stream, .enhanceYourCalm)
  }
}

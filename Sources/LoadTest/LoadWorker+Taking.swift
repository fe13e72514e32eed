internal import NIOCore

/// How a worker comes by its requests, and when it has had the last.
extension LoadWorker {
  /// How often it looks whether it is over or interrupted.
  private static let beat = TimeAmount.milliseconds(20)
  /// A dead connection fails a request in microseconds; without a pause a closed loop would spin,
  /// and failures would outnumber all answers of the run.
  private static let failurePause = TimeAmount.milliseconds(100)

  /// - Parameter office: of all workers of a closed loop; nil opens the loop.
  func begin(_ plan: RunPlan, office: TicketOffice?, control: RunControl) {
    self.plan = plan
    if let office {
      let shares = lanes.map { lane in
        ClosedLoop.share(
          of: lane, concurrency: configuration.concurrency, connections: configuration.connections)
      }
      source = .closed(ClosedLoop(office: office, slots: shares.reduce(0, +)))
      for (lane, share) in zip(lanes, shares) {
        for _ in 0..<share { takeTicket(lane: lane) }
      }
      flush()
    } else {
      source = .open(OpenLoop(configuration, plan: plan, worker: number, of: workers))
      tick()
    }
    watch(control, endedAt: nil)
  }

  // MARK: Open loop

  /// Starts all that is due, in order and with its intended time unchanged, and waits for the next.
  func tick() {
    guard case .open(var open) = source, !isOver else { return }
    // Moved out and back in: two references to its schedule would copy it for each request.
    source = .none
    let now = now
    if let idleSince { record.idleNanoseconds += now - min(idleSince, now) }
    idleSince = nil
    var took = false
    while let due = open.take(at: now) {
      took = true
      offer(
        .init(
          index: due.index, intended: due.intended, picked: now, step: due.step,
          isMeasured: due.isMeasured),
        lane: due.lane)
    }
    let next = open.next?.intended
    source = .open(open)
    if took { flush() }
    guard let next else {
      finishIfIdle()
      return
    }
    if !took, next > now { idleSince = now }
    wait(for: next)
  }

  private func wait(for next: UInt64) {
    let now = now
    switch configuration.pacing.wait(for: next, at: now) {
    case .sleep(let until):
      // A thread that sleeps uses no processor, so there is nothing to make up for.
      idleSince = nil
      loop.scheduleTask(deadline: .uptimeNanoseconds(until)) { self.tick() }
    case .look:
      if let turn { return turn.ask() }
      loop.scheduleTask(deadline: .uptimeNanoseconds(max(next, now))) { self.tick() }
    }
  }

  // MARK: Closed loop

  /// Begins the next request of a closed loop, or lets the slot end.
  private func takeTicket(lane: Int) {
    guard case .closed(let closed) = source, !isOver else { return }
    let now = now
    guard let ticket = closed.office.claim(at: now) else {
      source = .closed(ClosedLoop(office: closed.office, slots: closed.slots - 1))
      finishIfIdle()
      return
    }
    offer(
      .init(
        index: ticket.index, intended: nil, picked: now, step: 0, isMeasured: ticket.isMeasured),
      lane: lane)
  }

  /// A request has ended; in a closed loop the next one follows it on the same lane.
  func requestEnded(_ request: RequestSlots.Request, _ ending: LoadReply.Ending) {
    idleSince = nil
    guard case .closed = source else {
      finishIfIdle()
      return
    }
    let lane = request.connection / ServerRole.allCases.count
    if case .failed = ending {
      loop.scheduleTask(in: Self.failurePause) {
        self.takeTicket(lane: lane)
        self.flush()
      }
    } else {
      takeTicket(lane: lane)
    }
  }

  // MARK: The end

  private func finishIfIdle() {
    guard slots.count == 0 else { return }
    switch source {
    case .none: break
    case .open(let open): if open.next == nil, waitingCount == 0 { finish() }
    case .closed(let closed): if closed.slots <= 0 { finish() }
    }
  }

  /// When the sending ended, if it has.
  private func endOfSending(at now: UInt64) -> UInt64? {
    switch source {
    case .none: nil
    case .open(let open): open.next == nil ? now : nil
    case .closed(let closed): closed.office.endOfSending(at: now)
    }
  }

  private func watch(_ control: RunControl, endedAt: UInt64?) {
    guard !isOver else { return }
    let now = now
    let isInterrupted = control.isStopped
    if isInterrupted { stopSending(at: now) }
    let ended = endedAt ?? endOfSending(at: now)
    let drain =
      isInterrupted
      ? min(configuration.drain, RunConfiguration.interruptedDrain) : configuration.drain
    if let ended, now - min(ended, now) >= drain.nanoseconds { return giveUp() }
    finishIfIdle()
    loop.scheduleTask(in: Self.beat) { self.watch(control, endedAt: ended) }
  }

  private func stopSending(at now: UInt64) {
    switch source {
    case .none: break
    case .open(var open):
      open.stop()
      source = .open(open)
    case .closed(let closed): closed.office.stop(at: now)
    }
  }
}

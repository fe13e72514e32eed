/// Keeps a fixed number of requests in flight: whoever gets an answer sends the next request.
///
/// Each request in flight is a slot, and each slot a task. Slots are dealt over the lanes one by
/// one, so the lanes' shares differ by at most one.
struct ClosedLoop: Sendable {
  let configuration: RunConfiguration
  let requests: RequestSource
  let lanes: [ConnectionLane]
  let control: RunControl
  let progress: @Sendable (ProgressLine) -> Void

  /// How often the run looks whether it is over, interrupted, or due to say something.
  private static let tick = Duration.milliseconds(50)
  private static let progressNanoseconds: UInt64 = 1_000_000_000
  /// A dead connection fails a request in microseconds; without a pause the slots would spin, and
  /// failures would outnumber all answers of the run.
  private static let failurePause = Duration.milliseconds(100)

  func run() async -> LoopRecord {
    let office = TicketOffice(
      ending: configuration.ending, warmUp: configuration.warmUp,
      start: MonotonicClock.nanoseconds())
    let shards = (0..<min(configuration.concurrency, Self.shardsMax)).map { _ in
      RecorderShard(expectation: configuration.expectation, windowEnds: office.durationEnds)
    }
    await withTaskGroup(of: Role.self) { group in
      for slot in 0..<configuration.concurrency {
        let lane = lanes[slot % lanes.count]
        let shard = shards[slot % shards.count]
        group.addTask { await send(slot: slot, on: lane, into: shard, from: office) }
      }
      group.addTask { await watch(shards, office) }
      var slots = configuration.concurrency
      while let role = await group.next() {
        if role == .slot { slots -= 1 }
        // Either all slots have ended, or the watch has waited long enough for those left.
        if slots == 0 || role == .watch { group.cancelAll() }
      }
    }
    return record(shards, office)
  }

  private enum Role {
    case slot
    case watch
  }

  /// A histogram takes some 300 KiB, so slots share; as many shards as cores keep waits rare.
  private static let shardsMax = 16

  private func send(
    slot: Int, on lane: ConnectionLane, into shard: RecorderShard, from office: TicketOffice
  ) async -> Role {
    while !Task.isCancelled, let ticket = office.claim(at: MonotonicClock.nanoseconds()) {
      let request = requests.request(at: ticket.index)
      let sent = MonotonicClock.nanoseconds()
      if ticket.isMeasured { shard.begin(request, slot: slot, at: sent) }
      let reply = await lane[request.role]?.call(request) ?? LoadReply(.failed(.closed), at: sent)
      if ticket.isMeasured {
        let outcome = Outcome(reply.ending)
        shard.end(slot: slot, outcome, reason: reply.reason, at: reply.endNanoseconds)
      }
      if case .failed = reply.ending { try? await Task.sleep(for: Self.failurePause) }
    }
    return .slot
  }

  /// Says once a second how it goes, stops the sending when interrupted, and returns once the
  /// time for late answers is over; the slots may well end before that.
  private func watch(_ shards: [RecorderShard], _ office: TicketOffice) async -> Role {
    let begin = office.measuringBegins - configuration.warmUp.nanoseconds
    var lastLine = begin
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.tick)
      let now = MonotonicClock.nanoseconds()
      if control.interruption != nil { office.stop(at: now) }
      if let ended = office.endOfSending(at: now), now - min(ended, now) >= drainNanoseconds {
        for shard in shards { shard.giveUp(at: now) }
        return .watch
      }
      guard now - lastLine >= Self.progressNanoseconds else { continue }
      report(shards, now: now, since: lastLine, begin: begin, office)
      lastLine = now
    }
    return .watch
  }

  private var drainNanoseconds: UInt64 {
    let drain = configuration.drain.nanoseconds
    guard control.interruption != nil else { return drain }
    return min(drain, RunConfiguration.interruptedDrain.nanoseconds)
  }

  private func report(
    _ shards: [RecorderShard], now: UInt64, since: UInt64, begin: UInt64, _ office: TicketOffice
  ) {
    var figures = IntervalFigures()
    var inFlight = 0
    for shard in shards {
      let taken = shard.takeInterval()
      figures.add(taken.figures)
      inFlight += taken.inFlight
    }
    progress(
      ProgressLine(
        elapsed: now - begin, interval: now - since, isWarmUp: now < office.measuringBegins,
        figures: figures, inFlight: inFlight))
  }

  private func record(_ shards: [RecorderShard], _ office: TicketOffice) -> LoopRecord {
    var record = LoopRecord()
    var completedInWindow: UInt64 = 0
    var lastAnswer: UInt64 = 0
    for totals in shards.map(\.totals) {
      record.recorder.add(totals.recorder)
      completedInWindow += totals.completedInWindow
      lastAnswer = max(lastAnswer, totals.lastAnswer)
    }
    record.started = office.started
    record.warmUps = office.warmUps
    record.completedInWindow = completedInWindow
    let ranToItsEnd = control.interruption == nil && office.durationEnds != .max
    let windowEnds = ranToItsEnd ? office.durationEnds : lastAnswer
    record.windowNanoseconds = windowEnds - min(windowEnds, office.measuringBegins)
    return record
  }
}

internal import NIOCore
internal import Synchronization

/// All workers of a run: started together, asked once an interval, and waited for.
final class WorkerCrew: Sendable {
  let configuration: RunConfiguration
  private let finished = Atomic<Bool>(false)
  private let workers: [LoadWorker]

  /// Between the decision to begin and the first intended time, so that no worker begins late.
  private static let headStart: UInt64 = 5_000_000

  init(_ configuration: RunConfiguration, requests: RequestSource, group: any EventLoopGroup) {
    self.configuration = configuration
    let count = configuration.threads
    workers = (0..<count).map { number in
      LoadWorker(
        number: number, of: count, loop: group.next(), configuration: configuration,
        requests: requests)
    }
  }

  func connect(_ connector: any LoadConnector) async throws(LoadError) {
    do {
      for worker in workers {
        if configuration.load.isOpen {
          try await worker.loop.flatSubmit { worker.openTurn() }.get()
        }
        try await worker.loop.flatSubmit { worker.connect(connector) }.get()
      }
    } catch let error as LoadError {
      throw error
    } catch {
      throw LoadError(.targetUnavailable(address: "the servers", cause: "\(error)"))
    }
  }

  func close() async {
    for worker in workers {
      try? await worker.loop.submit { worker.closeConnections() }.get()
    }
  }

  func drive(
    control: RunControl, progress: @escaping @Sendable (ProgressLine) -> Void
  ) async -> (record: RunRecord, breach: Gate?) {
    // A closed loop begins with its first ticket; what was taken before would count as warm-up.
    let headStart = configuration.load.isOpen ? Self.headStart : 0
    var clocks: [ThreadClock] = []
    for worker in workers {
      if let clock = try? await worker.loop.submit({ ThreadClock.current() }).get() {
        clocks.append(clock)
      }
    }
    let serverStreams = await serverStreams()
    let plan = RunPlan(configuration, start: MonotonicClock.nanoseconds() + headStart)
    var collector = RunCollector(configuration, plan: plan, threads: clocks)
    collector.noteServerStreams(serverStreams)
    let office =
      configuration.load.isOpen
      ? nil
      : TicketOffice(
        ending: configuration.ending, warmUp: configuration.warmUp, start: plan.start)
    for worker in workers {
      worker.loop.execute { worker.begin(plan, office: office, control: control) }
    }
    EventLoopFuture.andAllComplete(workers.map(\.finished.futureResult), on: workers[0].loop)
      .whenComplete { _ in self.finished.store(true, ordering: .releasing) }
    return await collect(&collector, plan, control, progress)
  }

  /// Takes what the workers have at each boundary of an interval until all have finished.
  private func collect(
    _ collector: inout RunCollector, _ plan: RunPlan, _ control: RunControl,
    _ progress: @Sendable (ProgressLine) -> Void
  ) async -> (record: RunRecord, breach: Gate?) {
    let watch = BreachWatch(
      gates: configuration.abortsOnBreach ? configuration.gates : [],
      expectedCount: configuration.expectedCount)
    var spares = workers.map { _ in spare }
    var breach: Gate?
    var boundary = plan.measuringBegins
    let interval = configuration.interval.nanoseconds
    while boundary > plan.start + interval { boundary -= interval }
    // Without warm-up measuring begins with the run: an interval of no length has no rate.
    if boundary <= plan.start { boundary += interval }
    while await !hasFinished(before: boundary) {
      var taken = await take(&spares)
      let line = collector.add(taken, at: MonotonicClock.nanoseconds())
      // Where they lie: an emptied copy would be made of all histograms first.
      for number in taken.indices { taken[number].reset() }
      spares = taken
      progress(line)
      if breach == nil, let lost = watch.breach(Summary(collector.record)) {
        breach = lost
        control.abort()
      }
      boundary += interval
    }
    _ = collector.add(await take(&spares), at: MonotonicClock.nanoseconds(), isLast: true)
    return (collector.finish(isCutShort: control.isStopped), breach)
  }

  /// What became of every order, worker by worker.
  func answers() async -> [AnswerLog] {
    var logs: [AnswerLog] = []
    for worker in workers {
      if let log = try? await worker.loop.submit({ worker.answers }).get() { logs.append(log) }
    }
    return logs
  }

  private var spare: IntervalRecord {
    IntervalRecord(steps: configuration.load.stepCount, kinds: configuration.workload.kinds)
  }

  private func take(_ spares: inout [IntervalRecord]) async -> [IntervalRecord] {
    var taken: [IntervalRecord] = []
    for worker in workers {
      // Out of the array, or the worker's first request would be counted into a copy.
      let spare = spares.popLast() ?? spare
      if let record = try? await worker.loop.submit({ worker.take(leaving: spare) }).get() {
        taken.append(record)
      }
    }
    return taken
  }

  /// Waits for the boundary; true when all workers have finished before it. It looks now and then
  /// instead of waiting for both at once: the end of a run is in no figure.
  private func hasFinished(before boundary: UInt64) async -> Bool {
    while !finished.load(ordering: .acquiring) {
      let now = MonotonicClock.nanoseconds()
      guard now < boundary else { return false }
      try? await Task.sleep(for: .nanoseconds(min(boundary - now, Self.lookNanoseconds)))
    }
    return true
  }

  private static let lookNanoseconds: UInt64 = 20_000_000

  /// The fewest requests at once that a server allows, where that is less than was asked for.
  private func serverStreams() async -> Int? {
    var least = Int.max
    for worker in workers {
      let allowed = try? await worker.loop.submit { worker.serverStreamsMax }.get()
      least = min(least, allowed ?? .max)
    }
    return least < configuration.streams ? least : nil
  }
}

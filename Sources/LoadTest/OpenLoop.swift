/// A worker's view of the schedule: it passes over the requests of other workers.
struct OpenLoop {
  struct Due: Equatable {
    var index: UInt64
    var intended: UInt64
    var step: Int
    var isMeasured: Bool
    var lane: Int
  }

  private var warmUp: Schedule
  private var schedule: Schedule
  private let plan: RunPlan
  private let connections: UInt64
  private let worker: UInt64
  private let workers: UInt64
  private var isWarm = false
  private(set) var next: Due?

  /// - Parameters:
  ///   - worker: which of `workers`; a lane belongs to the worker of its number modulo `workers`.
  init(
    _ configuration: RunConfiguration, plan: RunPlan, worker: Int, of workers: Int
  ) {
    self.plan = plan
    self.worker = UInt64(worker)
    self.workers = UInt64(workers)
    connections = UInt64(configuration.connections)
    schedule = configuration.schedule()
    warmUp = configuration.warmUpSchedule()
    next = following()
  }

  /// The next request that is due by `now`, taken out.
  mutating func take(at now: UInt64) -> Due? {
    guard let due = next, due.intended <= now else { return nil }
    next = following()
    return due
  }

  /// Nothing more is due, ever.
  mutating func stop() {
    next = nil
    isStopped = true
  }

  private var isStopped = false

  private mutating func following() -> Due? {
    while !isStopped {
      let due: Due
      if !isWarm, let arrival = warmUp.next() {
        due = make(arrival, from: plan.start, base: Workload.warmUpIndexBase)
      } else {
        isWarm = true
        guard let arrival = schedule.next() else { return nil }
        due = make(arrival, from: plan.measuringBegins, base: 0)
      }
      if UInt64(due.lane) % workers == worker { return due }
    }
    return nil
  }

  private func make(_ arrival: Schedule.Arrival, from begin: UInt64, base: UInt64) -> Due {
    Due(
      index: base + arrival.index, intended: begin + arrival.offset, step: arrival.step,
      isMeasured: base == 0, lane: Int(arrival.index % connections))
  }
}

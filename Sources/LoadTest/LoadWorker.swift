internal import NIOCore

/// One thread's share of the load: it takes requests from the schedule or from the closed loop's
/// office, starts them on its connections, and records how they ended. Nothing else writes to its
/// record, so there is no lock on the way of a request.
///
/// It lives on one event loop; every method but `init` is called there.
final class LoadWorker: @unchecked Sendable {
  let loop: any EventLoop
  let configuration: RunConfiguration
  let requests: RequestSource
  /// Which worker of how many: each takes the requests of its own lanes.
  let number: Int
  let workers: Int
  private let expectation: ExpectationTable
  /// By lane and role: lane number × roles + role.
  private(set) var connections: [WorkerConnection?] = []
  var slots = RequestSlots()
  var record: IntervalRecord
  /// Made when the run begins.
  var plan: RunPlan?
  var source = RequestTaking.none
  /// Lets the sockets have their turn where there is no time to sleep. Nil on a clock that a test
  /// moves, whose loop has no sockets.
  private(set) var turn: LoopTurn?
  /// Since when it has done nothing but look at sockets and clock.
  var idleSince: UInt64?
  /// What waits for any of the connections, where each carries one request at a time.
  let sharedLine: WaitingLine?
  private var deadlines = Queue<(ticket: RequestSlots.Ticket, due: UInt64)>()
  private var hasDeadlineTimer = false
  /// Connections with requests that have not been written yet.
  private var dirty: [WorkerConnection] = []
  private(set) var isOver = false
  /// Orders that later requests may ask for.
  private var recent = RecentOrders()
  /// What became of each order, where the books are compared with it after the run.
  private(set) var answers = AnswerLog()
  let finished: EventLoopPromise<Void>

  init(
    number: Int, of workers: Int, loop: any EventLoop, configuration: RunConfiguration,
    requests: RequestSource
  ) {
    self.number = number
    self.workers = workers
    self.loop = loop
    self.configuration = configuration
    self.requests = requests
    expectation = ExpectationTable(configuration.expectation)
    sharedLine = configuration.rest == nil ? nil : WaitingLine()
    record = IntervalRecord(
      steps: configuration.load.stepCount, kinds: configuration.workload.kinds)
    finished = loop.makePromise()
  }

  var now: UInt64 { loop.now.uptimeNanoseconds }

  // MARK: Connections

  /// The lanes of all workers are dealt one by one, so that their shares differ by at most one.
  static func lanes(of worker: Int, _ workers: Int, connections: Int) -> [Int] {
    Array(stride(from: worker, to: connections, by: workers))
  }

  var lanes: [Int] {
    Self.lanes(of: number, workers, connections: configuration.connections)
  }

  func connect(_ connector: any LoadConnector) -> EventLoopFuture<Void> {
    let roles = ServerRole.allCases.count
    connections = .init(repeating: nil, count: configuration.connections * roles)
    var opening: [EventLoopFuture<Void>] = []
    for lane in lanes {
      for (role, address) in configuration.servers {
        let number = lane * roles + role.rawValue
        let connection = WorkerConnection(
          number: number, address: address, worker: self, connector: connector)
        connections[number] = connection
        opening.append(connection.connect())
      }
    }
    return EventLoopFuture.andAllSucceed(opening, on: loop)
  }

  /// Before an open loop begins.
  func openTurn() -> EventLoopFuture<Void> {
    LoopTurn.open(on: loop) { self.tick() }.map { self.turn = $0 }
  }

  func connection(lane: Int, _ role: ServerRole) -> WorkerConnection? {
    let number = lane * ServerRole.allCases.count + role.rawValue
    return connections.indices.contains(number) ? connections[number] : nil
  }

  func closeConnections() {
    finish()
    for connection in connections { connection?.close() }
    turn?.close()
    turn = nil
  }

  // MARK: Requests

  /// The connection of the lane, or an idle one in its place where any will do.
  private func choose(lane: Int, _ role: ServerRole) -> WorkerConnection? {
    let own = connection(lane: lane, role)
    guard let sharedLine, sharedLine.isEmpty, own?.room == 0 else { return own }
    return connections.lazy.compactMap { $0 }.first { $0.room > 0 } ?? own
  }

  /// A request is due. It is started, or waits behind those that were due before it.
  func offer(_ pending: WorkerConnection.Pending, lane: Int) {
    if pending.isMeasured {
      record.started += 1
      if let plan, pending.picked < plan.durationEnds { record.startedInWindow += 1 }
    } else {
      record.warmUps += 1
    }
    guard let connection = choose(lane: lane, requests.role(at: pending.index)) else { return }
    guard connection.waiting.isEmpty, connection.room > 0 else {
      connection.waiting.append(pending)
      return
    }
    start(pending, on: connection, hasWaited: false)
  }

  /// Starts what waits for this connection, as far as there is room.
  func fill(_ connection: WorkerConnection) {
    while connection.room > 0, let pending = connection.waiting.popFirst() {
      start(pending, on: connection, hasWaited: true)
    }
  }

  private func start(
    _ pending: WorkerConnection.Pending, on connection: WorkerConnection, hasWaited: Bool
  ) {
    let request = requests.request(at: pending.index, recent: &recent)
    let ticket = open(pending, request, on: connection, hasWaited: hasWaited)
    if isTooLate(pending) { return ended(ticket.slot, .shed, nil) }
    mark(connection)
    connection.link?.start(request, slot: ticket.slot)
    if let timeout = configuration.timeout { limit(ticket, timeout.nanoseconds) }
  }

  private func open(
    _ pending: WorkerConnection.Pending, _ request: LoadRequest, on connection: WorkerConnection,
    hasWaited: Bool
  ) -> RequestSlots.Ticket {
    slots.open(
      .init(
        index: pending.index, kind: request.kind, required: request.required,
        step: pending.step, isMeasured: pending.isMeasured, intended: pending.intended,
        picked: pending.picked, hasWaited: hasWaited, connection: connection.number))
  }

  private func isTooLate(_ pending: WorkerConnection.Pending) -> Bool {
    guard let shedAfter = configuration.shedAfter, let intended = pending.intended else {
      return false
    }
    let now = now
    return now > intended && now - intended > shedAfter.nanoseconds
  }

  /// No connection can be made: what waits for it is refused, unless another may carry it.
  func refuseWaiting(_ connection: WorkerConnection) {
    if sharedLine != nil, connections.contains(where: { $0?.link != nil }) { return }
    for _ in 0..<connection.waiting.count {
      guard let pending = connection.waiting.popFirst() else { return }
      end(pending, on: connection, .failed(.refused))
    }
  }

  func ended(_ slot: Int, _ ending: LoadReply.Ending, _ wire: WireTimes?) {
    guard let request = slots.close(slot) else { return }
    let outcome = Outcome(ending)
    if request.kind == .placeOrder, configuration.keepsMessages { keep(request, outcome, ending) }
    if request.isMeasured {
      let reason = ending.reason
      let times =
        if let wire {
          RequestTimes(
            intended: request.intended, picked: request.picked, hasWaited: request.hasWaited,
            wire: wire)
        } else {
          RequestTimes(neverSent: request.intended, picked: request.picked, end: now)
        }
      let isExpected = expectation.allows(
        outcome, reason: reason, of: request.kind, required: request.required)
      record.steps[request.step].record(
        Sample(
          kind: request.kind, outcome: outcome, reason: reason, isExpected: isExpected,
          times: times))
      if outcome != .unfinished {
        if let plan, times.end <= plan.durationEnds { record.completedInWindow += 1 }
        record.lastAnswer = max(record.lastAnswer, times.end)
      }
    }
    if isOver { return }
    requestEnded(request, ending)
  }

  private func keep(
    _ request: RequestSlots.Request, _ outcome: Outcome, _ ending: LoadReply.Ending
  ) {
    guard case .placeOrder(let order) = requests.workload.draw(request.index) else { return }
    let answer = OrderAnswer(outcome, ending)
    if configuration.verifies { answers.add(answer, to: order) }
    if case .acknowledged(let receipt) = answer {
      recent.add(.init(id: receipt.id, customer: order.customer))
    }
  }

  // MARK: Time limits

  /// All requests have the same limit, so their deadlines are in the order of their beginnings.
  private func limit(_ ticket: RequestSlots.Ticket, _ nanoseconds: UInt64) {
    deadlines.append((ticket, now + nanoseconds))
    if !hasDeadlineTimer { awaitDeadline() }
  }

  private func awaitDeadline() {
    while let head = deadlines.head, !slots.isOpen(head.ticket) { _ = deadlines.popFirst() }
    guard let head = deadlines.head else {
      hasDeadlineTimer = false
      return
    }
    hasDeadlineTimer = true
    loop.scheduleTask(deadline: .uptimeNanoseconds(head.due)) { self.expire() }
  }

  private func expire() {
    let now = now
    while let head = deadlines.head, head.due <= now {
      _ = deadlines.popFirst()
      guard slots.isOpen(head.ticket) else { continue }
      let wire = abandon(head.ticket.slot, at: now)
      ended(head.ticket.slot, .deadline, wire)
    }
    flush()
    awaitDeadline()
  }

  private func abandon(_ slot: Int, at now: UInt64) -> WireTimes? {
    guard let number = slots.connection(of: slot), let connection = connections[number] else {
      return nil
    }
    var wire = connection.abandon(slot)
    wire?.end = now
    wire?.firstByte = now
    mark(connection)
    return wire
  }

  // MARK: The end

  /// The time for late answers is over. Every request that is left is counted once, with the time
  /// it has waited.
  func giveUp() {
    guard !isOver else { return }
    isOver = true
    let now = now
    for slot in slots.open { ended(slot, .unfinished, abandon(slot, at: now)) }
    for connection in connections.compactMap({ $0 }) {
      for _ in 0..<connection.waiting.count {
        guard let pending = connection.waiting.popFirst() else { break }
        end(pending, on: connection, .unfinished)
      }
    }
    finished.succeed()
  }

  /// Ends a request that never got a stream.
  private func end(
    _ pending: WorkerConnection.Pending, on connection: WorkerConnection, _ ending: LoadReply.Ending
  ) {
    let request = requests.request(at: pending.index, recent: &recent)
    let ticket = open(pending, request, on: connection, hasWaited: true)
    ended(ticket.slot, ending, nil)
  }

  func finish() {
    guard !isOver else { return }
    isOver = true
    finished.succeed()
  }

  private func mark(_ connection: WorkerConnection) {
    guard !connection.isDirty else { return }
    connection.isDirty = true
    dirty.append(connection)
  }

  /// Writes what was started: one write for each connection, however many requests it got.
  func flush() {
    while let connection = dirty.popLast() { connection.flush() }
  }

  var serverStreamsMax: Int {
    connections.compactMap { $0?.link?.serverStreamsMax }.min() ?? .max
  }

  var waitingCount: Int {
    sharedLine?.count ?? connections.reduce(0) { $0 + ($1?.waiting.count ?? 0) }
  }

  /// What was counted since the last time. `spare` takes its place, so that nothing is copied
  /// and no histogram is made while requests wait.
  func take(leaving spare: IntervalRecord) -> IntervalRecord {
    var taken = record
    record = spare
    taken.inFlight = slots.count
    taken.reopened = connections.reduce(0) { $0 + ($1?.takeReopened() ?? 0) }
    taken.waiting = waitingCount
    return taken
  }
}

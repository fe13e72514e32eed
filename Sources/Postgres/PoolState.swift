/// Who has which connection, who waits, and which connections have to be opened again. It knows no
/// connection, clock or task: the pool tells it what happened and does what it answers.
///
/// ```
///              opened                     lease
///   opening ───────────▶ idle ◀──────────────────▶ leased
///      ▲                  released, still open        │
///      └──────────────────────────────────────────────┘
///                  released, lost (after a pause)
/// ```
struct PoolState {
  typealias Instant = ContinuousClock.Instant

  enum Slot: Equatable {
    case opening
    case idle
    case leased
  }

  struct Waiter {
    var id: Int
    var since: Instant
    var deadline: Instant?
  }

  enum Request: Equatable {
    case lease(slot: Int)
    case wait(id: Int)
    case refuse(PostgresError.Reason)
  }

  enum Freed: Equatable {
    case rest
    case hand(slot: Int, toWaiter: Int)
    case reopen(slot: Int, after: Duration)
  }

  struct Expired: Equatable {
    var id: Int
    var reason: PostgresError.Reason
  }

  private(set) var slots: [Slot]
  private var pauses: [ReconnectPause]
  private var waiters: [Waiter] = []
  private var nextID = 0
  /// Since when no connection is idle or leased; nil while one is.
  private var downSince: Instant?
  private var isClosed = false
  private let settings: PoolSettings

  /// All connections are opening.
  init(_ settings: PoolSettings, now: Instant) {
    let count = max(settings.connections, 1)
    self.settings = settings
    slots = Array(repeating: .opening, count: count)
    pauses = Array(repeating: ReconnectPause(), count: count)
    downSince = now
  }

  var isUp: Bool { downSince == nil }
  var waiterCount: Int { waiters.count }

  /// - Parameter since: when the caller began to wait, which is earlier than `now` when a first
  ///   connection turned out to be dead.
  mutating func request(since: Instant, deadline: Instant?, now: Instant) -> Request {
    if isClosed { return .refuse(.closed) }
    if let deadline, deadline <= now { return .refuse(.deadlineExceeded) }
    if waiters.isEmpty, let slot = slots.firstIndex(of: .idle) {
      slots[slot] = .leased
      return .lease(slot: slot)
    }
    let waiter = Waiter(id: nextID, since: since, deadline: deadline)
    if let expired = reason(for: waiter, now: now) { return .refuse(expired) }
    guard waiters.count < settings.waitersMax else { return .refuse(.overloaded) }
    nextID += 1
    waiters.append(waiter)
    return .wait(id: waiter.id)
  }

  mutating func opened(_ slot: Int) -> Freed {
    downSince = nil
    return free(slot)
  }

  mutating func openFailed(_ slot: Int, spread: Double) -> Duration {
    pauses[slot].next(spread: spread)
  }

  /// A lease ended. `isOpen` tells whether the connection outlived it.
  mutating func released(_ slot: Int, isOpen: Bool, now: Instant, spread: Double) -> Freed {
    guard isOpen else {
      slots[slot] = .opening
      if isClosed { return .rest }
      if !slots.contains(where: { $0 != .opening }) { downSince = now }
      return .reopen(slot: slot, after: pauses[slot].next(spread: spread))
    }
    // Only a statement that succeeded proves the server well; one that accepts connections and
    // drops them at the first statement must not be hammered.
    pauses[slot].reset()
    return free(slot)
  }

  private mutating func free(_ slot: Int) -> Freed {
    guard !waiters.isEmpty else {
      slots[slot] = .idle
      return .rest
    }
    slots[slot] = .leased
    return .hand(slot: slot, toWaiter: waiters.removeFirst().id)
  }

  /// The caller went away. False when its wait had already ended.
  mutating func cancel(_ id: Int) -> Bool {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return false }
    waiters.remove(at: index)
    return true
  }

  /// Takes out those who have waited long enough.
  mutating func expire(now: Instant) -> [Expired] {
    var expired: [Expired] = []
    var patient: [Waiter] = []
    for waiter in waiters {
      if let reason = reason(for: waiter, now: now) {
        expired.append(Expired(id: waiter.id, reason: reason))
      } else {
        patient.append(waiter)
      }
    }
    waiters = patient
    return expired
  }

  /// When `expire` will next find somebody if nothing else happens.
  var nextExpiry: Instant? {
    waiters.compactMap { waiter in
      switch (waiter.deadline, unavailableAt(waiter)) {
      case (let deadline?, let limit?): min(deadline, limit)
      case (let instant?, nil), (nil, let instant?): instant
      case (nil, nil): nil
      }
    }.min()
  }

  /// Everyone still waiting.
  mutating func close() -> [Int] {
    isClosed = true
    defer { waiters.removeAll() }
    return waiters.map(\.id)
  }

  private func reason(for waiter: Waiter, now: Instant) -> PostgresError.Reason? {
    if let deadline = waiter.deadline, deadline <= now { return .deadlineExceeded }
    if let limit = unavailableAt(waiter), limit <= now { return .unavailable }
    return nil
  }

  /// The wait is counted from the later of the request and the loss: a request that queues behind
  /// others may wait longer than that, until its deadline.
  private func unavailableAt(_ waiter: Waiter) -> Instant? {
    guard let downSince else { return nil }
    return max(waiter.since, downSince) + settings.unavailableWaitMax
  }
}

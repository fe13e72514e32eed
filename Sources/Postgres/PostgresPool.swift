public import Logging

/// A handful of connections that are shared, and reopened for ever when they are lost.
///
/// `start` opens them in the background; `close` must be called, since the tasks that reopen
/// connections keep the pool alive.
public actor PostgresPool {
  typealias Instant = ContinuousClock.Instant

  private let connections: [PostgresConnection]
  let settings: PoolSettings
  private let cancelsAtDeadline: Bool
  private let logger: Logger

  private var state: PoolState
  private var waiting: [Int: CheckedContinuation<Result<Int, PostgresError>, Never>] = [:]
  private var opening: [Task<Void, Never>?]
  private var timer: Task<Void, Never>?
  private var timerInstant: Instant?
  private var isStarted = false
  private var lastConnectError: PostgresError?

  public init(
    connectionString: String, settings: PoolSettings = PoolSettings(),
    connection: PostgresSettings = .writing, logger: Logger = Logger(label: "postgres")
  ) throws(PostgresError) {
    let state = PoolState(settings, now: .now)
    var connections: [PostgresConnection] = []
    for _ in state.slots {
      connections.append(
        try PostgresConnection(
          connectionString: connectionString, settings: connection, logger: logger))
    }
    self.connections = connections
    self.settings = settings
    self.cancelsAtDeadline = connection.cancelsAtDeadline
    self.logger = logger
    self.state = state
    self.opening = Array(repeating: nil, count: connections.count)
  }

  /// Begins to open the connections and returns at once.
  public func start() {
    guard !isStarted else { return }
    isStarted = true
    for slot in connections.indices { open(slot, after: .zero) }
  }

  /// Whether a connection is up: idle or in use.
  public var isUp: Bool { state.isUp }

  /// Refuses who waits and closes every connection. Leases still out end with their statement.
  public func close() async {
    timer?.cancel()
    for id in state.close() { resume(id, .failure(PostgresError(.closed))) }
    for task in opening { task?.cancel() }
    for task in opening { await task?.value }
    for connection in connections { await connection.close() }
  }

  /// Waits until a connection is up, for a start that has to wait for its database.
  /// - Throws: the last refusal to connect once `limit` has passed.
  public func waitUntilUp(atMost limit: Duration) async throws(PostgresError) {
    let end = ContinuousClock.now + limit
    while true {
      do throws(PostgresError) {
        return try await withConnection(deadline: end) { _ in }
      } catch {
        guard error.reason == .unavailable, ContinuousClock.now < end else {
          throw error.isUnavailable || error.reason == .deadlineExceeded
            ? lastConnectError ?? error : error
        }
      }
    }
  }
}

// MARK: - Leases

extension PostgresPool {
  /// Lends a connection for as long as `body` runs, to it alone.
  public func withConnection<Answer: Sendable>(
    deadline: ContinuousClock.Instant? = nil,
    _ body: @Sendable (PostgresConnection) async throws(PostgresError) -> Answer
  ) async throws(PostgresError) -> Answer {
    try await withConnection(since: .now, deadline: deadline, body)
  }

  func withConnection<Answer: Sendable>(
    since: Instant, deadline: Instant?,
    _ body: @Sendable (PostgresConnection) async throws(PostgresError) -> Answer
  ) async throws(PostgresError) -> Answer {
    let slot = try await lease(since: since, deadline: deadline)
    do throws(PostgresError) {
      let answer = try await body(connections[slot])
      giveBack(slot)
      return answer
    } catch {
      giveBack(slot)
      throw error
    }
  }

  private func lease(since: Instant, deadline: Instant?) async throws(PostgresError) -> Int {
    switch state.request(since: since, deadline: deadline, now: .now) {
    case .lease(let slot): return slot
    case .refuse(let reason): throw PostgresError(reason)
    case .wait(let id):
      // A cancellation that comes before the continuation is stored is no trouble: `cancel` is a
      // job of this actor and runs only after the wait has suspended.
      let result = await withTaskCancellationHandler {
        await withCheckedContinuation { waiting in
          self.waiting[id] = waiting
          setTimer()
        }
      } onCancel: {
        Task { await self.cancel(id) }
      }
      return try result.get()
    }
  }

  private func cancel(_ id: Int) {
    if state.cancel(id) { resume(id, .failure(PostgresError(.cancelled))) }
  }

  private func resume(_ id: Int, _ result: Result<Int, PostgresError>) {
    waiting.removeValue(forKey: id)?.resume(returning: result)
  }

  private func giveBack(_ slot: Int) {
    let isOpen = connections[slot].isOpen
    if !isOpen { logger.warning("a connection to PostgreSQL was lost") }
    perform(
      state.released(
        slot, isOpen: isOpen, now: .now, spread: .random(in: ReconnectPause.spread)))
    if !isOpen { setTimer() }
  }

  private func perform(_ freed: PoolState.Freed) {
    switch freed {
    case .rest: break
    case .hand(let slot, let id): resume(id, .success(slot))
    case .reopen(let slot, let pause): open(slot, after: pause)
    }
  }
}

// MARK: - Opening, and waking who has waited too long

extension PostgresPool {
  private func open(_ slot: Int, after pause: Duration) {
    opening[slot] = Task {
      do {
        try await Task.sleep(for: pause)
      } catch {
        return  // The pool is being closed.
      }
      do throws(PostgresError) {
        try await connections[slot].connect()
        if lastConnectError != nil { logger.info("connected to PostgreSQL again") }
        lastConnectError = nil
        perform(state.opened(slot))
      } catch {
        // One line for each outage, not one for each try.
        if lastConnectError == nil { logger.warning("\(error)") }
        lastConnectError = error
        guard !Task.isCancelled else { return }
        let pause = state.openFailed(slot, spread: .random(in: ReconnectPause.spread))
        open(slot, after: pause)
      }
    }
  }

  /// One timer for all who wait, set to the first of them.
  private func setTimer() {
    guard let next = state.nextExpiry else { return }
    if let current = timerInstant, current <= next { return }
    timer?.cancel()
    timerInstant = next
    timer = Task {
      do {
        try await Task.sleep(until: next, clock: .continuous)
      } catch {
        return  // Another timer has taken its place.
      }
      timerInstant = nil
      for expired in state.expire(now: .now) {
        resume(expired.id, .failure(PostgresError(expired.reason)))
      }
      setTimer()
    }
  }
}

// MARK: - Statements

extension PostgresPool {
  /// `PostgresConnection.pipeline` on whichever connection is free. It is sent again when it is
  /// certain that nothing was committed and that it may succeed: on a connection that was already
  /// dead, and when the server undid it because of others beside it.
  public func pipeline(
    _ statements: [BoundStatement], deadline: ContinuousClock.Instant? = nil
  ) async throws(PostgresError) -> [Rows] {
    let cancelAt = cancelsAtDeadline ? deadline : nil
    return try await repeating(deadline) { connection throws(PostgresError) in
      try await connection.pipeline(statements, cancelAt: cancelAt)
    }
  }

  public func query(
    _ statement: BoundStatement, deadline: ContinuousClock.Instant? = nil
  ) async throws(PostgresError) -> Rows {
    let cancelAt = cancelsAtDeadline ? deadline : nil
    return try await repeating(deadline) { connection throws(PostgresError) in
      try await connection.query(statement, cancelAt: cancelAt)
    }
  }

  /// `PostgresConnection.transaction` likewise; `decide` runs anew each time it is sent.
  public func transaction<Decision: Sendable>(
    _ first: [BoundStatement], deadline: ContinuousClock.Instant? = nil,
    deciding decide: @Sendable ([Rows]) throws(PostgresError) -> TransactionStep<Decision>
  ) async throws(PostgresError) -> TransactionResult<Decision> {
    try await repeating(deadline) { connection throws(PostgresError) in
      try await connection.transaction(first, deciding: decide)
    }
  }

  private func repeating<Answer: Sendable>(
    _ deadline: Instant?,
    _ body: @Sendable (PostgresConnection) async throws(PostgresError) -> Answer
  ) async throws(PostgresError) -> Answer {
    let since = Instant.now
    var retry = RetryPause(retriesMax: settings.retriesMax)
    while true {
      do throws(PostgresError) {
        return try await withConnection(since: since, deadline: deadline, body)
      } catch {
        let isFresh = Instant.now - since < settings.unavailableWaitMax
        if error.isConnectionLost && !error.isOutcomeUnknown && isFresh { continue }
        guard error.isRetryable, let pause = retry.next() else { throw error }
        try await Self.sleep(pause, deadline)
      }
    }
  }

  private static func sleep(
    _ pause: Duration, _ deadline: Instant?
  ) async throws(PostgresError) {
    let end = Instant.now + pause
    if let deadline, deadline <= end { throw PostgresError(.deadlineExceeded) }
    do {
      try await Task.sleep(until: end, clock: .continuous)
    } catch {
      throw PostgresError(.cancelled)
    }
  }
}

public import RPC
public import Synchronization

/// Group commit behind a call for one item: whatever waits when a write ends is the next write.
///
/// `FlusherState` decides; this shell keeps it under a lock, runs the one writing task, sets the
/// alarm for deadlines and wakes who waited. A lone item is written at once.
public final class Flusher<Item: Batchable, Outcome: Sendable>: Sendable {
  public typealias Answer = Result<Outcome, WriteFailure>

  /// Writes a batch and answers each of its items, in order. It is never run twice at a time.
  public typealias Write = @Sendable ([Item]) async -> [Answer]

  /// The same, with the time from when on nobody waits for the batch any more.
  public typealias TimedWrite = @Sendable ([Item], Deadline) async -> [Answer]

  @usableFromInline struct Shared {
    @usableFromInline var state: FlusherState<Item, Place>
    @usableFromInline var alarm: Task<Void, Never>?
    @usableFromInline var waitingForIdle: [CheckedContinuation<Void, Never>] = []

    @inlinable init(caps: BatchCaps, waitingMax: Int) {
      state = FlusherState(caps: caps, waitingMax: waitingMax)
    }
  }

  /// Where an answer goes. `FlusherState` gives each place away once.
  ///
  /// It holds no continuation: the size of one is unknown outside of the standard library, so the
  /// runtime would be asked how to copy each place, several times an item.
  @usableFromInline enum Place: Sendable {
    case lone(@Sendable (Answer) -> Void)
    /// One of the answers that a caller gathers.
    case among(Gathering<Answer>, index: Int)

    @inlinable func put(_ answer: Answer) {
      switch self {
      case .lone(let tell): tell(answer)
      case .among(let gathering, let index): gathering.put(answer, at: index)
      }
    }
  }

  @usableFromInline let shared: Mutex<Shared>
  @usableFromInline let write: TimedWrite
  @usableFromInline let executor: (any TaskExecutor)?

  /// - Parameters:
  ///   - waitingMax: how many may wait; the next is refused at once, since answering it late would
  ///     only make everybody else late too. A call that comes while nothing waits is taken whole.
  ///   - executor: where batches are put together; nil is any thread.
  @inlinable public convenience init(
    caps: BatchCaps = BatchCaps(), waitingMax: Int = 10_000,
    executor: (any TaskExecutor)? = nil, write: @escaping Write
  ) {
    self.init(
      caps: caps, waitingMax: waitingMax, executor: executor,
      timedWrite: { items, _ in await write(items) })
  }

  @inlinable public init(
    caps: BatchCaps = BatchCaps(), waitingMax: Int = 10_000,
    executor: (any TaskExecutor)? = nil, timedWrite write: @escaping TimedWrite
  ) {
    self.executor = executor
    shared = Mutex(Shared(caps: caps, waitingMax: waitingMax))
    self.write = write
  }

  /// Hands over items and waits for their answers, in order, but no longer than `deadline`.
  @inlinable public func submit(_ items: [Item], deadline: Deadline) async -> [Answer] {
    guard !items.isEmpty else { return [] }
    let gathering = Gathering<Answer>(count: items.count)
    let tickets = CallerTickets()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        gathering.begin { continuation.resume(returning: $0) }
        admit(items, deadline, gathering, tickets)
      }
    } onCancel: {
      if let tickets = tickets.cancel() { cancel(tickets) }
    }
  }

  /// Hands over one item and waits for its outcome.
  @inlinable public func submit(
    _ item: Item, deadline: Deadline
  ) async throws(WriteFailure) -> Outcome {
    let tickets = CallerTickets()
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let place = Place.lone { continuation.resume(returning: $0) }
        switch admit(CollectionOfOne((item: item, waiter: place)), deadline) {
        case .failure(let failure): continuation.resume(returning: .failure(failure))
        case .success(let given):
          if tickets.isCancelled(given) { cancel(given) }
        }
      }
    } onCancel: {
      if let tickets = tickets.cancel() { cancel(tickets) }
    }.get()
  }

  /// Hands over items whose outcome nobody waits for; they are dropped when there is no room.
  @inlinable public func offer(_ items: [Item]) {
    guard !items.isEmpty else { return }
    admit(items, .never, Gathering<Answer>(count: items.count), CallerTickets())
  }

  /// How many items wait for the next batch.
  @inlinable public var waitingCount: Int { shared.withLock { $0.state.waitingCount } }

  /// Refuses everything new and returns when all that was accepted is written.
  @inlinable public func stop() async {
    await withCheckedContinuation { continuation in
      let isIdle = shared.withLock { shared in
        shared.state.stop()
        if !shared.state.isIdle { shared.waitingForIdle.append(continuation) }
        return shared.state.isIdle
      }
      if isIdle { continuation.resume() }
    }
    shared.withLock { $0.alarm?.cancel() }
  }
}

extension Flusher {
  @inlinable func admit(
    _ items: [Item], _ deadline: Deadline, _ gathering: Gathering<Answer>, _ tickets: CallerTickets
  ) {
    let places = items.enumerated().lazy.map { index, item in
      (item: item, waiter: Place.among(gathering, index: index))
    }
    switch admit(places, deadline) {
    case .failure(let failure):
      for index in items.indices { gathering.put(.failure(failure), at: index) }
    case .success(let given):
      // Cancelled between the start of the call and here: nobody else will take it out.
      if tickets.isCancelled(given) { cancel(given) }
    }
  }

  @inlinable func admit(
    _ items: some Collection<(item: Item, waiter: Place)>, _ deadline: Deadline
  ) -> Result<Range<UInt64>, WriteFailure> {
    let count = UInt64(items.count)
    let admission = shared.withLock { shared in
      let admission = shared.state.submit(items, deadline: deadline, now: .after(.zero))
      if case .accepted(_, _, let alarm?) = admission { arm(alarm, &shared) }
      return admission
    }
    switch admission {
    case .refused(let failure): return .failure(failure)
    case .accepted(let first, let start, _):
      if start { Task(executorPreference: executor) { await self.run() } }
      return .success(first..<first + count)
    }
  }

  /// The one writer, from the first item that waits until none does.
  @inlinable func run() async {
    var writing = begin()
    while let batch = writing {
      let answers = await batch.value
      let places = shared.withLock { $0.state.finish() }
      // Before anybody is told: all that the answers lead to would stand between the next batch and
      // its way out.
      writing = begin()
      for (index, place) in places.enumerated() {
        place?.put(index < answers.count ? answers[index] : .failure(.unforeseen))
      }
    }
    let waiting = shared.withLock { shared in
      // Somebody may have come, and started the next writer, since the last look.
      guard shared.state.isIdle else { return [CheckedContinuation<Void, Never>]() }
      defer { shared.waitingForIdle = [] }
      return shared.waitingForIdle
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Begins to write what waits; nil when nothing does.
  @inlinable func begin() -> Task<[Answer], Never>? {
    let (batch, expired, latest) = shared.withLock { shared in
      let (batch, expired) = shared.state.nextBatch(now: .after(.zero))
      return (batch, expired, shared.state.latestDeadline)
    }
    for place in expired { place.put(.failure(.deadline)) }
    guard let batch else { return nil }
    return Task.immediate(executorPreference: executor) { [write] in await write(batch, latest) }
  }

  @inlinable func cancel(_ tickets: Range<UInt64>) {
    for ticket in tickets {
      let place = shared.withLock { $0.state.cancel(ticket) }
      place?.put(.failure(.cancelled))
    }
  }

  /// Wakes at `deadline`; one alarm serves all that wait, so a call costs no timer of its own.
  @inlinable func arm(_ deadline: Deadline, _ shared: inout Shared) {
    shared.alarm?.cancel()
    shared.alarm = Task { [weak self] in
      // Deadlines a few microseconds apart must not make an alarm each.
      let pause = max(deadline.remaining ?? .zero, .milliseconds(2))
      guard (try? await Task.sleep(for: pause, clock: .suspending)) != nil else { return }
      self?.expire()
    }
  }

  @inlinable func expire() {
    let expired = shared.withLock { shared in
      let (expired, alarm) = shared.state.expire(now: .after(.zero))
      if let alarm { arm(alarm, &shared) }
      return expired
    }
    for place in expired { place.put(.failure(.deadline)) }
  }
}

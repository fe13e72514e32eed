internal import Contracts
public import RPC
internal import Synchronization

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

  private struct Shared {
    var state: FlusherState<Item, Place>
    var alarm: Task<Void, Never>?
    var waitingForIdle: [CheckedContinuation<Void, Never>] = []
  }

  /// Where an answer goes: one of the answers a caller gathers.
  private struct Place: Sendable {
    let gathering: Gathering<Answer>
    let index: Int
  }

  private let shared: Mutex<Shared>
  private let write: TimedWrite
  private let executor: (any TaskExecutor)?

  /// - Parameters:
  ///   - waitingMax: how many may wait; the next is refused at once, since answering it late would
  ///     only make everybody else late too.
  ///   - executor: where batches are put together; nil is any thread.
  public convenience init(
    caps: BatchCaps = BatchCaps(), waitingMax: Int = 10_000,
    executor: (any TaskExecutor)? = nil, write: @escaping Write
  ) {
    self.init(
      caps: caps, waitingMax: waitingMax, executor: executor,
      timedWrite: { items, _ in await write(items) })
  }

  public init(
    caps: BatchCaps = BatchCaps(), waitingMax: Int = 10_000,
    executor: (any TaskExecutor)? = nil, timedWrite write: @escaping TimedWrite
  ) {
    self.executor = executor
    shared = Mutex(Shared(state: FlusherState(caps: caps, waitingMax: waitingMax)))
    self.write = write
  }

  /// Hands over items and waits for their answers, in order, but no longer than `deadline`.
  public func submit(_ items: [Item], deadline: Deadline) async -> [Answer] {
    guard !items.isEmpty else { return [] }
    let gathering = Gathering<Answer>(count: items.count)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        gathering.begin(continuation)
        admit(items, deadline, gathering)
      }
    } onCancel: {
      if let tickets = gathering.cancel() { cancel(tickets) }
    }
  }

  /// Hands over one item and waits for its outcome.
  public func submit(_ item: Item, deadline: Deadline) async throws(WriteFailure) -> Outcome {
    guard let answer = await submit([item], deadline: deadline).first else { throw .unforeseen }
    return try answer.get()
  }

  /// Hands over items whose outcome nobody waits for; they are dropped when there is no room.
  public func offer(_ items: [Item]) {
    guard !items.isEmpty else { return }
    admit(items, .never, Gathering<Answer>(count: items.count))
  }

  /// How many items wait for the next batch.
  public var waitingCount: Int { shared.withLock { $0.state.waitingCount } }

  /// Refuses everything new and returns when all that was accepted is written.
  public func stop() async {
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
  private func admit(_ items: [Item], _ deadline: Deadline, _ gathering: Gathering<Answer>) {
    let places = items.enumerated().map { index, item in
      (item: item, waiter: Place(gathering: gathering, index: index))
    }
    let admission = shared.withLock { shared in
      let admission = shared.state.submit(places, deadline: deadline, now: .after(.zero))
      if case .accepted(_, _, let alarm?) = admission { arm(alarm, &shared) }
      return admission
    }
    switch admission {
    case .refused(let failure):
      for index in items.indices { gathering.put(.failure(failure), at: index) }
    case .accepted(let first, let start, _):
      if start { Task(executorPreference: executor) { await self.run() } }
      // Cancelled between the start of the call and here: nobody else will take it out.
      let tickets = first..<(first + UInt64(items.count))
      if gathering.isCancelled(tickets) { cancel(tickets) }
    }
  }

  /// The one writer, from the first item that waits until none does.
  private func run() async {
    while true {
      let (batch, expired, latest) = shared.withLock { shared in
        let (batch, expired) = shared.state.nextBatch(now: .after(.zero))
        return (batch, expired, shared.state.latestDeadline)
      }
      for place in expired { place.gathering.put(.failure(.deadline), at: place.index) }
      guard let batch else { break }
      let answers = await write(batch, latest)
      let places = shared.withLock { $0.state.finish() }
      for (index, place) in places.enumerated() {
        let answer = index < answers.count ? answers[index] : .failure(.unforeseen)
        place?.gathering.put(answer, at: place?.index ?? 0)
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

  private func cancel(_ tickets: Range<UInt64>) {
    for ticket in tickets {
      let place = shared.withLock { $0.state.cancel(ticket) }
      place?.gathering.put(.failure(.cancelled), at: place?.index ?? 0)
    }
  }

  /// Wakes at `deadline`; one alarm serves all that wait, so a call costs no timer of its own.
  private func arm(_ deadline: Deadline, _ shared: inout Shared) {
    shared.alarm?.cancel()
    shared.alarm = Task { [weak self] in
      // Deadlines a few microseconds apart must not make an alarm each.
      let pause = max(deadline.remaining ?? .zero, .milliseconds(2))
      guard (try? await Task.sleep(for: pause, clock: .suspending)) != nil else { return }
      self?.expire()
    }
  }

  private func expire() {
    let expired = shared.withLock { shared in
      let (expired, alarm) = shared.state.expire(now: .after(.zero))
      if let alarm { arm(alarm, &shared) }
      return expired
    }
    for place in expired { place.gathering.put(.failure(.deadline), at: place.index) }
  }
}

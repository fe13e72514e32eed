public import Logging
public import Postgres
internal import Synchronization

/// Tells those who listen how far a log of committed batches has come, whichever process wrote it.
///
/// ```
///   listen ──▶ look at the heads ──▶ whoever does not know them yet
///                 ▲         │
///                 └─────────┘ after a commit of this process, and after each `pause`
/// ```
/// One look at a time serves all listeners. Without one, nothing is asked of the database.
public final class LogWatch: Sendable {
  public typealias News = Result<LogHeads, WriteFailure>

  private struct Listener {
    let news: AsyncStream<News>.Continuation
    var told: LogHeads?
  }

  private struct Shared {
    var listeners: [UInt64: Listener] = [:]
    var lastID: UInt64 = 0
    /// Wakes the task that looks; nil while there is none.
    var waker: AsyncStream<Void>.Continuation?
    var isStopped = false
  }

  /// However often this process commits, so much lies between two looks.
  public static let gapMin: Duration = .milliseconds(10)

  private let shared = Mutex(Shared())
  private let pool: PostgresPool
  private let statement: Statement
  private let pause: Duration
  private let logger: Logger

  /// - Parameters:
  ///   - pool: where the heads are read.
  ///   - statement: as `LogHeads.statement` makes it.
  ///   - pause: between two looks for what other processes committed.
  public init(pool: PostgresPool, statement: Statement, pause: Duration, logger: Logger) {
    self.pool = pool
    self.statement = statement
    self.pause = pause
    self.logger = logger
  }

  /// Has the heads as they are after this call, then each change of them, or several in a row:
  /// whoever reads slowly gets the last. A failure is the last element. It ends with the task that
  /// reads it, and with `stop`.
  public func listen() -> AsyncStream<News> {
    let (news, continuation) = AsyncStream.makeStream(
      of: News.self, bufferingPolicy: .bufferingNewest(1))
    let id = shared.withLock { shared -> UInt64? in
      guard !shared.isStopped else { return nil }
      shared.lastID += 1
      shared.listeners[shared.lastID] = Listener(news: continuation)
      startLooking(&shared)
      return shared.lastID
    }
    guard let id else {
      continuation.finish()
      return news
    }
    continuation.onTermination = { _ in
      self.shared.withLock { _ = $0.listeners.removeValue(forKey: id) }
    }
    return news
  }

  /// This process has committed something.
  public func nudge() { shared.withLock { $0.waker }?.yield() }

  /// Lets all listeners go, and everybody who comes later.
  public func stop() {
    let (listeners, waker) = shared.withLock { shared in
      shared.isStopped = true
      defer { shared.listeners = [:] }
      return (Array(shared.listeners.values), shared.waker)
    }
    for listener in listeners { listener.news.finish() }
    waker?.finish()
  }

  /// How many listen.
  public var listenerCount: Int { shared.withLock { $0.listeners.count } }

  private func startLooking(_ shared: inout Shared) {
    if let waker = shared.waker {
      waker.yield()
      return
    }
    let (wakings, waker) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    shared.waker = waker
    waker.yield()
    Task { await self.look(at: wakings, waker) }
  }

  /// Looks until nobody listens any more.
  private func look(
    at wakings: AsyncStream<Void>, _ waker: AsyncStream<Void>.Continuation
  ) async {
    let ticks = Task { [pause] in
      while (try? await Task.sleep(for: pause)) != nil { waker.yield() }
    }
    defer { ticks.cancel() }
    for await _ in wakings {
      guard await lookOnce() else { return }
      try? await Task.sleep(for: Self.gapMin)
    }
  }

  /// - Returns: false when nobody listens, from when on the next listener starts a new task.
  private func lookOnce() async -> Bool {
    // Those who come during the look may have seen something that it has not.
    let waiting = shared.withLock { shared -> Set<UInt64>? in
      if shared.listeners.isEmpty {
        shared.waker = nil
        return nil
      }
      return Set(shared.listeners.keys)
    }
    guard let waiting else { return false }
    do throws(PostgresError) {
      tell(try LogHeads(try await pool.query(statement())), to: waiting)
    } catch {
      logger.warning("cannot look for what was committed: \(error)")
      let failure = WriteFailure(reading: error)
      let ended = shared.withLock { shared in
        waiting.compactMap { shared.listeners.removeValue(forKey: $0) }
      }
      for listener in ended {
        listener.news.yield(.failure(failure))
        listener.news.finish()
      }
    }
    return true
  }

  private func tell(_ heads: LogHeads, to waiting: Set<UInt64>) {
    let listeners = shared.withLock { shared -> [AsyncStream<News>.Continuation] in
      var hearing: [AsyncStream<News>.Continuation] = []
      for id in waiting {
        guard let listener = shared.listeners[id], listener.told != heads else { continue }
        shared.listeners[id]?.told = heads
        hearing.append(listener.news)
      }
      return hearing
    }
    for news in listeners { news.yield(.success(heads)) }
  }
}

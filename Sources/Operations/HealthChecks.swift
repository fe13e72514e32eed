public import Logging
internal import Synchronization

/// What is known of one service's health, looked at again and again. Reading it never waits: it
/// answers from the last results.
public final class HealthChecks: Sendable {
  /// `inventory`, `orders` or `edge`.
  public let service: String
  private let checks: [HealthCheck]
  private let timeout: Duration
  private let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var components: [ComponentHealth]
    /// Which checks have not returned, perhaps since an earlier round: none is started twice.
    var running: Set<Int> = []
    var phase = Phase.starting
    var watchers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var lastWatcher: UInt64 = 0
  }

  /// Where the service is in its life. Only in the middle it takes calls.
  public enum Phase: Sendable {
    case starting, serving, draining
  }

  public init(service: String, checks: [HealthCheck], timeout: Duration, logger: Logger) {
    self.service = service
    self.checks = checks
    self.timeout = timeout
    self.logger = logger
    let now = UTCTime.now
    state = Mutex(State(components: checks.map { ComponentHealth($0, now: now) }))
  }

  /// Start-up is done.
  public func startServing() {
    state.withLock { if $0.phase == .starting { $0.phase = .serving } }
    tellWatchers()
  }

  /// The stop has begun; there is no way back.
  public func startDraining() {
    state.withLock { $0.phase = .draining }
    tellWatchers()
  }

  /// Has an element after each change, or several in a row: whoever reads slowly sees the last. It
  /// ends with the task that reads it.
  public func changes() -> AsyncStream<Void> {
    let (changes, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.lastWatcher += 1
      state.watchers[state.lastWatcher] = continuation
      return state.lastWatcher
    }
    continuation.onTermination = { _ in self.state.withLock { $0.watchers[id] = nil } }
    // A stop that began before is a change too, or the reader would wait for it in vain.
    if phase == .draining { continuation.yield() }
    return changes
  }

  /// Something else that a watcher of health asks about has changed.
  public func changed() { tellWatchers() }

  private func tellWatchers() {
    for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield() }
  }

  public var phase: Phase { state.withLock { $0.phase } }
  public var components: [ComponentHealth] { state.withLock { $0.components } }

  /// Why calls should not come here; empty when they may.
  public var failingNames: [String] {
    state.withLock { state in
      let phase: [String] =
        switch state.phase {
        case .starting: ["startup"]
        case .serving: []
        case .draining: ["shutdown"]
        }
      return phase
        + state.components.filter { $0.decidesReadiness && $0.status != .up }.map(\.name)
    }
  }

  public var isReady: Bool { failingNames.isEmpty }

  /// Checks every `interval`, until the task is cancelled.
  public func run(every interval: Duration) async {
    while true {
      do { try await Task.sleep(for: interval) } catch { return }
      await checkAll()
    }
  }

  /// One round, all checks side by side. It takes as long as the slowest, at most the timeout.
  public func checkAll() async {
    await withTaskGroup { group in
      for index in checks.indices { group.addTask { await self.check(index) } }
    }
  }

  private func check(_ index: Int) async {
    guard state.withLock({ $0.running.insert(index).inserted }) else { return }
    let start = ContinuousClock.now
    let check = checks[index]
    let (ends, end) = AsyncStream.makeStream(of: Outcome.self)
    // A task of its own: a check that hangs must not keep the round from ending.
    let task = Task {
      let outcome: Outcome
      do {
        try await check.run()
        outcome = .up
      } catch {
        outcome = .down("\(error)")
      }
      self.state.withLock { _ = $0.running.remove(index) }
      end.yield(outcome)
      end.finish()
    }
    let outcome = await Self.first(of: ends, within: timeout)
    if outcome == nil { task.cancel() }
    record(
      outcome ?? .down("no answer within \(timeout.settingText)"), of: index,
      took: ContinuousClock.now - start)
  }

  private enum Outcome: Sendable {
    case up
    case down(String)
  }

  private static func first(
    of ends: AsyncStream<Outcome>, within limit: Duration
  ) async -> Outcome? {
    await withTaskGroup(of: Outcome?.self) { group in
      group.addTask { await ends.first { _ in true } }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  private func record(_ outcome: Outcome, of index: Int, took duration: Duration) {
    let (before, after) = state.withLock { state in
      let before = state.components[index].status
      switch outcome {
      case .up: state.components[index].found(.up, "", took: duration, at: .now)
      case .down(let why): state.components[index].found(.down, why, took: duration, at: .now)
      }
      return (before, state.components[index])
    }
    if before != after.status { tellWatchers() }
    if after.status == .down, before != .down {
      logger.warning("\(after.name) is down", metadata: ["cause": .string(after.message)])
    } else if after.status == .up, before == .down {
      logger.notice("\(after.name) is up again")
    } else if duration > timeout / 2, after.status == .up {
      logger.warning("the check of \(after.name) took \(duration.settingText)")
    }
  }
}

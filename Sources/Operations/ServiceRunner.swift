public import Logging
internal import Synchronization

/// The life of a process: it starts its parts in order, waits for a signal, and stops them in the
/// opposite order, so that none outlives what it needs.
public final class ServiceRunner: Sendable {
  /// How a stop went.
  public struct Account: Equatable, Sendable {
    /// Calls that ended by themselves after the stop had begun.
    public let drained: Int
    /// Calls that were ended because the time was up.
    public let cut: Int
    public let duration: Duration
  }

  private struct State {
    var parts: [ServicePart] = []
    var endedCalls: [@Sendable () -> UInt64] = []
  }

  private let delay: Duration
  private let drain: Duration
  private let health: HealthRegister
  private let logger: Logger
  private let state = Mutex(State())
  private let begin = ContinuousClock.now

  /// What a part may need beyond the drain to notice that the time is up.
  static let grace = Duration.seconds(1)
  /// What all parts together may need beyond the drain, so that a stop has an end that can be told
  /// to whoever waits for it: the delay, the drain and two seconds.
  static let graceOfAll = Duration.milliseconds(1500)
  /// What each part has even then, enough for one that has nothing to wait for.
  static let timeMin = Duration.milliseconds(50)

  /// - Parameter health: What turns unready when the stop begins.
  public init(delay: Duration, drain: Duration, health: HealthRegister, logger: Logger) {
    self.delay = delay
    self.drain = drain
    self.health = health
    self.logger = logger
  }

  /// To be called as soon as a part runs, so that it is stopped even when a later one fails.
  public func started(_ part: ServicePart) {
    state.withLock { $0.parts.append(part) }
    let sinceBegin = ContinuousClock.now - begin
    logger.debug(
      "started \(part.name)",
      metadata: ["afterMs": .stringConvertible(Int(sinceBegin / .milliseconds(1)))])
  }

  /// Where calls are counted as they end; what ends during the stop counts as drained.
  public func counts(_ endedCalls: @escaping @Sendable () -> UInt64) {
    state.withLock { $0.endedCalls.append(endedCalls) }
  }

  /// Starts, serves until the first signal, stops.
  ///
  /// - Parameters:
  ///   - firstSignal: Returns when the stop is asked for.
  ///   - start: Starts the parts and tells `started` of each.
  /// - Throws: why the start failed, after what had been started was stopped again.
  public func run(
    untilSignal firstSignal: @escaping @Sendable () async -> Int32?,
    start: @escaping @Sendable () async throws -> Void
  ) async throws {
    let starting = Task { try await start() }
    let failure: (any Error)? = await withTaskGroup(of: (any Error)?.self) { group in
      group.addTask {
        if let signal = await firstSignal() {
          self.logger.notice("stopping", metadata: ["signal": .stringConvertible(Int(signal))])
          // A start that is still under way is given up.
          starting.cancel()
        }
        return nil
      }
      group.addTask {
        do {
          try await starting.value
          return nil
        } catch {
          return error
        }
      }
      let first = await group.next() ?? nil
      if first != nil { group.cancelAll() }
      // The start succeeded, or the signal came: both have to be over before anything is stopped.
      let second = await group.next() ?? nil
      return first ?? second
    }
    await stop()
    // A start that was given up because of a signal is no failure.
    if let failure, !starting.isCancelled { throw failure }
  }

  /// Stops every part, the last one started first, and writes the last line of the log.
  @discardableResult
  public func stop() async -> Account {
    let start = ContinuousClock.now
    let parts = state.withLock { state in
      defer { state.parts = [] }
      return state.parts
    }
    let endedBefore = endedCalls
    for checks in health.all { checks.startDraining() }
    if delay > .zero, !parts.isEmpty { try? await Task.sleep(for: delay) }
    let deadline = ContinuousClock.now + drain
    var cut = 0
    for part in parts.reversed() {
      logger.debug("stopping \(part.name)")
      cut += await stop(part, drainedBy: deadline)
    }
    // What was cut has ended too, and was counted as it did.
    let account = Account(
      drained: max(0, Int(clamping: endedCalls &- endedBefore) - cut), cut: cut,
      duration: ContinuousClock.now - start)
    logger.notice(
      "stopped",
      metadata: [
        "drained": .stringConvertible(account.drained), "cut": .stringConvertible(cut),
        "seconds": .stringConvertible((account.duration.inSeconds * 1000).rounded() / 1000),
      ])
    return account
  }

  private var endedCalls: UInt64 {
    state.withLock { $0.endedCalls }.reduce(0) { $0 &+ $1() }
  }

  private func stop(
    _ part: ServicePart, drainedBy deadline: ContinuousClock.Instant
  ) async -> Int {
    let now = ContinuousClock.now
    let left = max(Self.timeMin, deadline + Self.graceOfAll - now)
    let limit: Duration
    let work: @Sendable () async -> Int
    switch part.stop {
    case .drain(let drain):
      let drainLeft = max(.zero, deadline - now)
      limit = min(drainLeft + Self.grace, left)
      work = { await drain(drainLeft) }
    case .close(let atMost, let close):
      limit = min(atMost, left)
      work = {
        await close()
        return 0
      }
    case .closeFully(let atMost, let close):
      limit = atMost
      work = {
        await close()
        return 0
      }
    }
    let outcome = await Self.result(of: work, within: limit)
    if outcome == nil {
      logger.error("\(part.name) did not stop within \(limit.settingText) and was left behind")
    }
    return outcome ?? 0
  }

  /// Nil when the time was up first.
  private static func result(
    of work: @escaping @Sendable () async -> Int, within limit: Duration
  ) async -> Int? {
    // A task of its own: a part that does not keep its bound must not keep the process from ending.
    let (ends, end) = AsyncStream.makeStream(of: Int?.self)
    Task { end.yield(await work()) }
    let timer = Task {
      try await Task.sleep(for: limit)
      end.yield(nil)
    }
    let outcome = await ends.first { _ in true } ?? nil
    timer.cancel()
    return outcome
  }
}

public import NIOCore
public import NIOPosix
internal import Synchronization

/// Whether every event loop still turns. A loop that a handler blocks serves nobody, and nothing
/// but a restart helps; this is what liveness means here.
public final class LoopWatch: Sendable {
  /// A loop that has not turned for so long counts as stuck.
  public static let silenceMax = Duration.seconds(5)
  private static let interval = TimeAmount.seconds(1)

  private let loops: [any EventLoop]
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state: Mutex<State>

  private struct State {
    var turned: [ContinuousClock.Instant]
    var tasks: [RepeatedTask] = []
  }

  public init(
    _ group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    loops = Array(group.makeIterator())
    self.now = now
    state = Mutex(State(turned: Array(repeating: now(), count: loops.count)))
  }

  /// Leaves a mark from each loop every second.
  public func start() {
    for (index, loop) in loops.enumerated() {
      let task = loop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.interval) { _ in
        let now = self.now()
        self.state.withLock { $0.turned[index] = now }
      }
      state.withLock { $0.tasks.append(task) }
    }
  }

  public func stop() {
    for task in state.withLock({ $0.tasks }) { task.cancel() }
  }

  /// How many loops have been silent for too long.
  public var stuckCount: Int {
    let now = now()
    return state.withLock { $0.turned.filter { now - $0 > Self.silenceMax }.count }
  }
}

/// A task that handlers run in, one after the other.
///
///     asleep ──woken──▶ running a handler ──it returned──▶ the next one, or asleep
///                        │
///                        └── cancelled ──it returned──▶ over
///
/// A task that was cancelled stays so, hence it runs no further handler. Everything here happens on
/// the thread of the task's executor.
@safe public final class HandlerTask: @unchecked Sendable {
  private var task: Task<Void, Never>?
  private var sleep: UnsafeContinuation<Void, Never>?
  /// Whether a handler has begun here and not returned.
  private(set) var isRunning = false
  /// Nobody else can cancel the task, and asking the runtime after each handler takes a hundredth
  /// of a small call.
  private var isCancelled = false

  init() {}

  /// Begins with the next of `tasks`, before this returns, and goes on with those after it until
  /// one suspends or none is left. Afterwards the task gives itself to `tasks`, or ends when they
  /// want it no more.
  func begin(on executor: any TaskExecutor, of tasks: HandlerTasks) {
    task = Task.immediate(executorPreference: executor) {
      while true {
        while let handler = tasks.next() {
          self.isRunning = true
          await handler.run()
          self.isRunning = false
          if self.isCancelled { return }
        }
        guard tasks.wants(self) else { return }
        await unsafe withUnsafeContinuation { unsafe self.sleep = $0 }
      }
    }
  }

  /// Goes on with the next handler, before this returns.
  func wake(on executor: any InlineExecutor) {
    guard let sleep = unsafe sleep else { return }
    unsafe self.sleep = nil
    executor.runAtOnce { unsafe sleep.resume() }
  }

  /// Tells the handler that nobody waits for it any more. To be called before it has returned: the
  /// task may be another call's after that.
  public func cancel() {
    isCancelled = true
    task?.cancel()
  }
}

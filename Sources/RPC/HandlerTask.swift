/// The task that a handler runs in.
///
///     running ──handler returned──▶ idle ──next handler──▶ running
///        │
///        └── cancelled ──handler returned──▶ over
///
/// A task that was cancelled stays so, hence it runs no further handler. Everything here happens on
/// the thread of the task's executor.
@safe public final class HandlerTask: @unchecked Sendable {
  typealias Handler = @Sendable () async -> Void

  private var task: Task<Void, Never>?
  private var handler: Handler?
  private var sleep: UnsafeContinuation<Void, Never>?

  init() {}

  /// Starts with `handler`, which begins before this returns. Afterwards the task gives itself to
  /// `tasks`, or ends when that wants it no more.
  func start(_ handler: @escaping Handler, on executor: any TaskExecutor, of tasks: HandlerTasks) {
    self.handler = handler
    task = Task.immediate(executorPreference: executor) {
      while let handler = self.take() {
        await handler()
        guard !Task.isCancelled, tasks.wants(self) else { return }
        await unsafe withUnsafeContinuation { unsafe self.sleep = $0 }
      }
    }
  }

  /// Runs another handler, which begins before this returns.
  func start(_ handler: @escaping Handler, on executor: any InlineExecutor) {
    self.handler = handler
    guard let sleep = unsafe sleep else { return }
    unsafe self.sleep = nil
    executor.runAtOnce { unsafe sleep.resume() }
  }

  /// Tells the handler that nobody waits for it any more. To be called before it has returned: the
  /// task may be another call's after that.
  public func cancel() { task?.cancel() }

  private func take() -> Handler? {
    defer { handler = nil }
    return handler
  }
}

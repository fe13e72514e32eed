/// Starts handlers in tasks, and uses the tasks again: making one costs a tenth of a small call.
///
/// A handler begins inside `start` and runs until it suspends for the first time, so that one that
/// never does is answered in the read that brought its request.
public final class HandlerTasks: @unchecked Sendable {
  /// Beyond this, tasks end with their handler: a burst must not bind memory for good.
  private static let idleMax = 256

  private let executor: any TaskExecutor
  private let inline: (any InlineExecutor)?
  private var idle: [HandlerTask] = []

  /// A task of its own for each handler.
  public init(on executor: any TaskExecutor) {
    self.executor = executor
    inline = nil
  }

  /// Tasks are used again; everything is called on the executor's thread.
  public init(reusedOn executor: any InlineExecutor) {
    self.executor = executor
    inline = executor
  }

  func start(_ handler: @escaping @Sendable () async -> Void) -> HandlerTask {
    if let inline, let task = idle.popLast() {
      task.start(handler, on: inline)
      return task
    }
    let task = HandlerTask()
    task.start(handler, on: executor, of: self)
    return task
  }

  /// Whether `task` is kept for another handler.
  func wants(_ task: HandlerTask) -> Bool {
    guard inline != nil, idle.count < Self.idleMax else { return false }
    idle.append(task)
    return true
  }
}

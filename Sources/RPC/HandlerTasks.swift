public import HTTP2

/// Starts handlers in tasks, and uses the tasks again.
///
/// A handler begins inside `start` or `startAll` and runs until it suspends for the first time, so
/// that one that never does is answered in the read that brought its request.
public final class HandlerTasks: @unchecked Sendable {
  /// Beyond this, tasks end with their handler: a burst must not bind memory for good.
  private static let idleMax = 256

  private let executor: any TaskExecutor
  private let inline: (any InlineExecutor)?
  private var idle: [HandlerTask] = []
  private var single: PreparedHandler?
  private var queue: HandlerQueue?
  /// Whose handler began last.
  private var latest = StreamID(rawValue: 0)

  /// Each task ends when there is nothing for it to run.
  public init(on executor: any TaskExecutor) {
    self.executor = executor
    inline = nil
  }

  /// Tasks are used again; everything is called on the executor's thread.
  public init(reusedOn executor: any InlineExecutor) {
    self.executor = executor
    inline = executor
  }

  func start(_ handler: PreparedHandler) -> HandlerTask {
    // One that begins inside another begins nothing that waits behind that.
    let outer = queue
    queue = nil
    defer { queue = outer }
    single = handler
    return run()
  }

  /// Begins all that wait, in their order.
  /// - Parameter suspended: told of each handler that has not returned yet, and its task.
  public func startAll(_ queue: HandlerQueue, suspended: (StreamID, HandlerTask) -> Void) {
    let outer = (self.queue, latest)
    self.queue = queue
    defer { (self.queue, latest) = outer }
    while !queue.isEmpty {
      let task = run()
      if task.isRunning { suspended(latest, task) }
    }
  }

  private func run() -> HandlerTask {
    if let inline, let task = idle.popLast() {
      task.wake(on: inline)
      return task
    }
    let task = HandlerTask()
    task.begin(on: executor, of: self)
    return task
  }

  func next() -> PreparedHandler? {
    if let handler = single {
      single = nil
      return handler
    }
    guard let (stream, handler) = queue?.next() else { return nil }
    latest = stream
    return handler
  }

  /// Whether `task` is kept for another handler.
  func wants(_ task: HandlerTask) -> Bool {
    guard inline != nil, idle.count < Self.idleMax else { return false }
    idle.append(task)
    return true
  }
}

internal import NIOCore
internal import RPC
internal import Synchronization

/// The tasks that the connections of one event loop run their handlers in.
enum LoopHandlers {
  private static let all = Mutex<[ObjectIdentifier: Entry]>([:])

  private struct Entry {
    let tasks: HandlerTasks
    /// Kept, so that no other loop ever gets its identity.
    let eventLoop: any EventLoop
  }

  /// Those of `eventLoop`, made when they are first asked for.
  static func of(_ eventLoop: any EventLoop) -> HandlerTasks {
    all.withLock { all in
      if let entry = all[ObjectIdentifier(eventLoop)] { return entry.tasks }
      let tasks = HandlerTasks(reusedOn: EventLoopExecutor(eventLoop))
      all[ObjectIdentifier(eventLoop)] = Entry(tasks: tasks, eventLoop: eventLoop)
      return tasks
    }
  }
}

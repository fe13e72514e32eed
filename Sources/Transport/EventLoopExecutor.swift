internal import NIOCore
public import NIOPosix

/// Runs tasks on an event loop. A connection's handlers run on theirs, so that one that was
/// suspended comes back to the thread its connection lives on; and work between two calls stays
/// where it need not wake another thread.
public final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// On one of the group's loops.
  public init(of group: MultiThreadedEventLoopGroup = .singleton) {
    eventLoop = group.next()
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

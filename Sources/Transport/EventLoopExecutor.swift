internal import NIOCore
public import NIOPosix
public import RPC

/// Runs tasks on an event loop. A connection's handlers run on theirs, so that one that was
/// suspended comes back to the thread its connection lives on; and work between two calls stays
/// where it need not wake another thread.
public final class EventLoopExecutor: InlineExecutor, @unchecked Sendable {
  private let eventLoop: any EventLoop
  // Touched on the loop alone.
  private var isCatching = false
  private var caught: UnownedJob?

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// On one of the group's loops.
  public init(of group: MultiThreadedEventLoopGroup = .singleton) {
    eventLoop = group.next()
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if eventLoop.inEventLoop, isCatching {
      isCatching = false
      caught = job
      return
    }
    eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// What `wake` resumes comes to `enqueue` before it returns.
  public func runAtOnce(_ wake: () -> Void) {
    isCatching = true
    wake()
    isCatching = false
    guard let job = caught else { return }
    caught = nil
    unsafe job.runSynchronously(on: asUnownedTaskExecutor())
  }
}

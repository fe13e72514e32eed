internal import NIOCore
public import NIOPosix
public import RPC
internal import Synchronization

/// Runs tasks on an event loop. A connection's handlers run on theirs, so that one that was
/// suspended comes back to the thread its connection lives on; and work between two calls stays
/// where it need not wake another thread.
///
/// Jobs that come before the loop gets to them are one task of the loop: a batch of answers wakes
/// hundreds of callers at once.
public final class EventLoopExecutor: InlineExecutor, @unchecked Sendable {
  private let eventLoop: any EventLoop
  private let waiting = Mutex<[UnownedJob]>([])
  // Touched on the loop alone.
  private var isCatching = false
  private var caught: UnownedJob?
  /// Empty between two turns; it keeps its room, so that a turn need not allocate.
  private var running: [UnownedJob] = []

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
    let isFirst = waiting.withLock { waiting in
      waiting.append(job)
      return waiting.count == 1
    }
    if isFirst { eventLoop.execute { self.run() } }
  }

  /// What comes while these run is for the loop's next turn, so that sockets get theirs.
  private func run() {
    waiting.withLock { swap(&$0, &running) }
    for job in running { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    running.removeAll(keepingCapacity: true)
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

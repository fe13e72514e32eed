internal import Dispatch
internal import Synchronization

/// One thread that runs the jobs of one actor, in the order they come.
///
/// libpq blocks in `connect` and in `poll`. On the cooperative pool, which has a thread per core,
/// a few such calls would stop every task of the process; here they stop one connection.
///
/// The running thread keeps this object alive until `stop`, so the actor that owns it must call
/// that when it goes.
final class ConnectionThread: SerialExecutor {
  private struct Queue {
    var jobs: [UnownedJob] = []
    var isStopped = false
  }

  private let queue = Mutex(Queue())
  private let ready = DispatchSemaphore(value: 0)

  /// Starts the thread.
  init() throws(PostgresError) {
    let owner = unsafe Unmanaged.passRetained(self)
    let code = unsafe Self.spawn(owner.toOpaque())
    guard code == 0 else {
      unsafe owner.release()
      throw PostgresError(.threadUnavailable(code: code))
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.withLock { $0.jobs.append(job) }
    ready.signal()
  }

  /// Ends the thread once the jobs that wait have run.
  func stop() {
    queue.withLock { $0.isStopped = true }
    ready.signal()
  }

  /// The jobs that wait, or nil when there is none and the thread is to end.
  private func take(reusing spent: consuming [UnownedJob]) -> [UnownedJob]? {
    var next = spent
    next.removeAll(keepingCapacity: true)
    return queue.withLock { queue in
      if queue.jobs.isEmpty && queue.isStopped { return nil }
      swap(&next, &queue.jobs)
      return next
    }
  }

  /// The thread's work.
  func runUntilStopped() {
    var jobs: [UnownedJob] = []
    while true {
      // Each job and the stop signalled once, so a batch leaves signals behind and some turns of
      // this loop find nothing. That is harmless; a missing signal would not be.
      ready.wait()
      guard let next = take(reusing: jobs) else { return }
      jobs = next
      for job in jobs { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
  }
}

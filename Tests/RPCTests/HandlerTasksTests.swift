import Synchronization
import Testing

@testable import RPC

/// Handlers in tasks that are used again, on an executor that this test turns by hand.
@Suite struct HandlerTasksTests {
  /// Runs what it is given when it is told to, or on the stack of who wakes it.
  private final class HandExecutor: InlineExecutor, @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    private var isCatching = false

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    func runAtOnce(_ wake: () -> Void) {
      wake()
      turn()
    }

    func turn() {
      while !jobs.isEmpty {
        let job = jobs.removeFirst()
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
      }
    }
  }

  /// A handler that waits until it is let go.
  private final class Gate: @unchecked Sendable {
    private var waiting: CheckedContinuation<Void, Never>?
    func wait() async { await withCheckedContinuation { waiting = $0 } }
    func open() { waiting?.resume() }
  }

  private final class Log: Sendable {
    private let all = Mutex<[String]>([])
    func add(_ text: String) { all.withLock { $0.append(text) } }
    var lines: [String] { all.withLock { $0 } }
  }

  private let log = Log()

  @Test func `a handler that does not wait is done at once, and its task runs the next`() {
    let tasks = HandlerTasks(reusedOn: HandExecutor())
    let first = tasks.start { log.add("first") }
    #expect(log.lines == ["first"])
    let second = tasks.start { log.add("second") }
    #expect(log.lines == ["first", "second"])
    #expect(first === second)
  }

  @Test func `a handler that waits keeps its task while others run`() {
    let executor = HandExecutor()
    let tasks = HandlerTasks(reusedOn: executor)
    let gate = Gate()
    let slow = tasks.start {
      await gate.wait()
      log.add("slow")
    }
    let quick = tasks.start { log.add("quick") }
    #expect(slow !== quick)
    gate.open()
    executor.turn()
    #expect(log.lines == ["quick", "slow"])
    #expect(tasks.start {} === slow)
  }

  @Test func `a task that was cancelled runs no further handler`() {
    let executor = HandExecutor()
    let tasks = HandlerTasks(reusedOn: executor)
    let gate = Gate()
    let cancelled = tasks.start {
      await gate.wait()
      log.add(Task.isCancelled ? "cancelled" : "not cancelled")
    }
    cancelled.cancel()
    gate.open()
    executor.turn()
    let next = tasks.start { log.add(Task.isCancelled ? "cancelled" : "not cancelled") }
    #expect(next !== cancelled)
    #expect(log.lines == ["cancelled", "not cancelled"])
  }

  @Test func `without an inline executor every handler has a task of its own`() {
    let tasks = HandlerTasks(on: globalConcurrentExecutor)
    #expect(tasks.start {} !== tasks.start {})
  }
}

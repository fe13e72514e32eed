import HTTP2
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

  private func start(
    _ tasks: HandlerTasks, _ handler: @escaping @Sendable () async -> Void
  ) -> HandlerTask {
    tasks.start(PreparedHandler(handler))
  }

  @Test func `a handler that does not wait is done at once, and its task runs the next`() {
    let tasks = HandlerTasks(reusedOn: HandExecutor())
    let first = start(tasks) { log.add("first") }
    #expect(log.lines == ["first"])
    let second = start(tasks) { log.add("second") }
    #expect(log.lines == ["first", "second"])
    #expect(first === second)
  }

  @Test func `a handler that waits keeps its task while others run`() {
    let executor = HandExecutor()
    let tasks = HandlerTasks(reusedOn: executor)
    let gate = Gate()
    let slow = start(tasks) {
      await gate.wait()
      log.add("slow")
    }
    let quick = start(tasks) { log.add("quick") }
    #expect(slow !== quick)
    gate.open()
    executor.turn()
    #expect(log.lines == ["quick", "slow"])
    #expect(start(tasks) {} === slow)
  }

  @Test func `a task that was cancelled runs no further handler`() {
    let executor = HandExecutor()
    let tasks = HandlerTasks(reusedOn: executor)
    let gate = Gate()
    let cancelled = start(tasks) {
      await gate.wait()
      log.add(Task.isCancelled ? "cancelled" : "not cancelled")
    }
    cancelled.cancel()
    gate.open()
    executor.turn()
    let next = start(tasks) { log.add(Task.isCancelled ? "cancelled" : "not cancelled") }
    #expect(next !== cancelled)
    #expect(log.lines == ["cancelled", "not cancelled"])
  }

  private func queue(_ handlers: [@Sendable () async -> Void]) -> HandlerQueue {
    let queue = HandlerQueue()
    for (index, handler) in handlers.enumerated() {
      queue.append(PreparedHandler(handler), for: StreamID(rawValue: Int32(index)))
    }
    return queue
  }

  @Test func `all that wait begin in their order, and those that do not wait share a task`() {
    let executor = HandExecutor()
    let tasks = HandlerTasks(reusedOn: executor)
    let gate = Gate()
    let queue = queue([
      { log.add("0") }, { log.add("1") },
      {
        log.add("2")
        await gate.wait()
        log.add("2 again")
      }, { log.add("3") },
    ])
    var suspended: [(StreamID, HandlerTask)] = []
    tasks.startAll(queue) { suspended.append(($0, $1)) }
    #expect(log.lines == ["0", "1", "2", "3"])
    #expect(queue.isEmpty && suspended.map(\.0.rawValue) == [2])
    // The task of the one that waits is cancelled, and no other handler's.
    suspended[0].1.cancel()
    gate.open()
    executor.turn()
    #expect(log.lines.last == "2 again")
    tasks.startAll(self.queue([{ log.add(Task.isCancelled ? "cancelled" : "not cancelled") }])) {
      _, _ in
    }
    #expect(log.lines.last == "not cancelled")
  }

  @Test func `a handler that was taken out never begins`() {
    let tasks = HandlerTasks(reusedOn: HandExecutor())
    let queue = queue([{ log.add("0") }, { log.add("1") }, { log.add("2") }])
    #expect(queue.remove(StreamID(rawValue: 1)) && !queue.remove(StreamID(rawValue: 1)))
    #expect(!queue.remove(StreamID(rawValue: 7)))
    tasks.startAll(queue) { _, _ in Issue.record("no handler waits") }
    #expect(log.lines == ["0", "2"] && queue.isEmpty)
    #expect(!queue.remove(StreamID(rawValue: 0)))
  }

  @Test func `a handler that starts another begins nothing that waits behind it`() {
    let tasks = HandlerTasks(reusedOn: HandExecutor())
    let queue = queue([
      {
        _ = start(tasks) { log.add("inner") }
        log.add("outer")
      }, { log.add("next") },
    ])
    tasks.startAll(queue) { _, _ in Issue.record("no handler waits") }
    #expect(log.lines == ["inner", "outer", "next"])
  }

  @Test func `without an inline executor every handler has a task of its own`() {
    let tasks = HandlerTasks(on: globalConcurrentExecutor)
    #expect(start(tasks) {} !== start(tasks) {})
  }
}

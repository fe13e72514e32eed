import Operations
import RPC
import Synchronization
import Testing

/// A writer that a test lets go on batch by batch.
private final class SlowWriter: Sendable {
  private struct Shared {
    var batches: [[Int]] = []
    var endedCount = 0
    var stopped: [CheckedContinuation<Void, Never>] = []
    var permits = 0
    var watchers: [(count: Int, CheckedContinuation<Void, Never>)] = []
  }

  private let shared = Mutex(Shared())

  var batches: [[Int]] { shared.withLock { $0.batches } }
  var endedCount: Int { shared.withLock { $0.endedCount } }

  @Sendable func write(_ members: [Member]) async -> [Result<Int, WriteFailure>] {
    let ready = shared.withLock { shared in
      shared.batches.append(members.map(\.name))
      let count = shared.batches.count
      defer { shared.watchers.removeAll { $0.count <= count } }
      return shared.watchers.filter { $0.count <= count }.map(\.1)
    }
    for continuation in ready { continuation.resume() }
    await withCheckedContinuation { continuation in
      let mayGo = shared.withLock { shared in
        if shared.permits > 0 {
          shared.permits -= 1
          return true
        }
        shared.stopped.append(continuation)
        return false
      }
      if mayGo { continuation.resume() }
    }
    shared.withLock { $0.endedCount += 1 }
    return members.map { .success($0.name * 10) }
  }

  /// Lets one batch end, now or when it comes.
  func permit(_ count: Int = 1) {
    for _ in 0..<count {
      let stopped = shared.withLock { shared -> CheckedContinuation<Void, Never>? in
        guard !shared.stopped.isEmpty else {
          shared.permits += 1
          return nil
        }
        return shared.stopped.removeFirst()
      }
      stopped?.resume()
    }
  }

  /// Returns when so many batches have begun.
  func waitForBatches(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = shared.withLock { shared in
        guard shared.batches.count < count else { return true }
        shared.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

@Suite struct FlusherTests {
  static func members(_ names: Int...) -> [Member] { names.map { Member(name: $0, lineCount: 1) } }

  @Test func `a lone item is a batch at once, and those behind it are the next`() async throws {
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(write: writer.write)
    async let first = flusher.submit(Self.members(1), deadline: .never)
    await writer.waitForBatches(1)
    let later = Task {
      await withTaskGroup(of: [Result<Int, WriteFailure>].self) { group in
        for name in 2...6 {
          group.addTask { await flusher.submit(Self.members(name), deadline: .never) }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
    }
    while flusher.waitingCount < 5 { await Task.yield() }
    writer.permit(2)
    #expect(await first == [.success(10)])
    #expect(Set(await later.value) == Set([20, 30, 40, 50, 60].map { .success($0) }))
    #expect(writer.batches.map { $0.sorted() } == [[1], [2, 3, 4, 5, 6]])
  }

  @Test func `the items of one call are answered in their order, across batches`() async {
    var caps = BatchCaps()
    caps.orders = 2
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(caps: caps, write: writer.write)
    writer.permit(3)
    let answers = await flusher.submit(Self.members(5, 4, 3, 2, 1), deadline: .never)
    #expect(answers == [50, 40, 30, 20, 10].map { .success($0) })
    #expect(writer.batches == [[5, 4], [3, 2], [1]])
    #expect(await flusher.submit([], deadline: .never) == [])
  }

  @Test func `who runs out of time in flight is answered while the batch goes on`() async {
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(write: writer.write)
    // On a busy machine a call may expire before its batch begins; the last one expires in it.
    while writer.batches.isEmpty {
      let answer = await flusher.submit(Self.members(1), deadline: .after(.milliseconds(20)))
      #expect(answer == [.failure(.deadline)])
    }
    writer.permit()
    await flusher.stop()
  }

  @Test func `who runs out of time in the queue is never written`() async {
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(write: writer.write)
    async let first = flusher.submit(Self.members(1), deadline: .never)
    await writer.waitForBatches(1)
    let late = await flusher.submit(Self.members(2), deadline: .after(.milliseconds(20)))
    #expect(late == [.failure(.deadline)])
    writer.permit()
    #expect(await first == [.success(10)])
    await flusher.stop()
    #expect(writer.batches == [[1]])
  }

  @Test func `who is cancelled in the queue is never written`() async {
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(write: writer.write)
    async let first = flusher.submit(Self.members(1), deadline: .never)
    await writer.waitForBatches(1)
    let cancelled = Task { await flusher.submit(Self.members(2), deadline: .never) }
    while flusher.waitingCount < 1 { await Task.yield() }
    cancelled.cancel()
    #expect(await cancelled.value == [.failure(.cancelled)])
    // One that was cancelled before it came is not written either.
    let before = Task {
      while !Task.isCancelled { await Task.yield() }
      return await flusher.submit(Self.members(3), deadline: .never)
    }
    before.cancel()
    #expect(await before.value == [.failure(.cancelled)])
    writer.permit()
    #expect(await first == [.success(10)])
    await flusher.stop()
    #expect(writer.batches == [[1]])
  }

  @Test func `a full queue refuses at once`() async {
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(waitingMax: 1, write: writer.write)
    async let first = flusher.submit(Self.members(1), deadline: .never)
    await writer.waitForBatches(1)
    async let second = flusher.submit(Self.members(2), deadline: .never)
    while flusher.waitingCount < 1 { await Task.yield() }
    #expect(
      await flusher.submit(Self.members(3, 4), deadline: .never)
        == [.failure(.overloaded), .failure(.overloaded)])
    writer.permit(2)
    #expect(await first + second == [.success(10), .success(20)])
  }

  @Test func `stop waits for what was accepted, offered items too`() async {
    let writer = SlowWriter()
    let flusher = Flusher<Member, Int>(write: writer.write)
    flusher.offer(Self.members(1))
    await writer.waitForBatches(1)
    flusher.offer(Self.members(2))
    let stopped = Task {
      await flusher.stop()
      return writer.endedCount
    }
    writer.permit()
    await writer.waitForBatches(2)
    writer.permit()
    #expect(await stopped.value == 2)
    #expect(writer.batches == [[1], [2]])
    #expect(
      await flusher.submit(Self.members(3), deadline: .never) == [.failure(.stopping)])
    await flusher.stop()
  }

  @Test func `a writer that answers too little leaves nobody waiting`() async {
    let flusher = Flusher<Member, Int> { _ in [.success(1)] }
    #expect(
      await flusher.submit(Self.members(1, 2), deadline: .never)
        == [.success(1), .failure(.unforeseen)])
  }

  @Test func `thousands of callers are each answered with their own`() async {
    let flusher = Flusher<Member, Int> { members in members.map { .success($0.name * 10) } }
    let wrong = await withTaskGroup(of: Bool.self) { group in
      for name in 0..<5_000 {
        group.addTask {
          await flusher.submit(Self.members(name), deadline: .never) == [.success(name * 10)]
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 0 : 1 }
    }
    #expect(wrong == 0)
  }
}

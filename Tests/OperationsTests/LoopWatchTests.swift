import NIOCore
import NIOPosix
import Operations
import Synchronization
import Testing

@Suite struct LoopWatchTests {
  @Test func `a loop counts as stuck when it has not turned for five seconds`() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let now = Mutex(ContinuousClock.now)
    let watch = LoopWatch(group, now: { now.withLock { $0 } })
    #expect(watch.stuckCount == 0)
    now.withLock { $0 += .seconds(5) }
    #expect(watch.stuckCount == 0)
    now.withLock { $0 += .nanoseconds(1) }
    #expect(watch.stuckCount == 2)
    // Once the loops turn they leave a mark at once.
    watch.start()
    for loop in group.makeIterator() { try await loop.submit {}.get() }
    #expect(watch.stuckCount == 0)
    watch.stop()
    try await group.shutdownGracefully()
  }
}

internal import Operations
internal import RPC
internal import Synchronization

/// Keeps the write stream of an only writer alive, or watches for the moment to become it. What it
/// does goes through the queue of writes, so that it never meets one.
final class StreamKeeper: Sendable {
  private let writer: Flusher<StockWrite, StockWritten>
  private let reader: StockReader
  private let lease: StreamLease
  private let pause: Duration
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(
    writer: Flusher<StockWrite, StockWritten>, reader: StockReader, lease: StreamLease,
    pause: Duration
  ) {
    self.writer = writer
    self.reader = reader
    self.lease = lease
    self.pause = pause
  }

  func start() {
    let started = Task { await run() }
    task.withLock { $0 = started }
  }

  func stop() async {
    let started = task.withLock { $0 }
    started?.cancel()
    await started?.value
  }

  private func run() async {
    while !Task.isCancelled {
      await beat()
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  /// One look; an owner that has just become one reads what there is.
  func beat() async {
    _ = await writer.submit([.beat], deadline: .never)
    if lease.isOwner { await reader.load() }
  }
}

internal import Dispatch
internal import Synchronization

/// Hands log lines to a thread that writes them, so that a reader of the log that stalls never
/// stalls a call. Lines beyond the queue are dropped and counted: a log with a gap is better than a
/// service that waits for its log.
public final class QueuedSink: LogSink {
  /// Lines that may wait: a burst fits, and memory stays in bounds when nobody reads.
  public static let linesMax = 10_000

  private struct State {
    var lines: [[UInt8]] = []
    var isWriting = false
    var droppedCount: UInt64 = 0
  }

  private let sink: any LogSink
  private let linesMax: Int
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "orderly.log")

  public init(_ sink: any LogSink, linesMax: Int = QueuedSink.linesMax) {
    self.sink = sink
    self.linesMax = linesMax
  }

  /// Lines that nobody will ever read.
  public var droppedCount: UInt64 { state.withLock { $0.droppedCount } }

  public func write(_ line: [UInt8]) {
    let begins = state.withLock { state in
      guard state.lines.count < linesMax else {
        state.droppedCount += 1
        return false
      }
      state.lines.append(line)
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if begins { queue.async { self.writeAll() } }
  }

  private func writeAll() {
    while true {
      let lines = state.withLock { state in
        let lines = state.lines
        state.lines = []
        state.isWriting = !lines.isEmpty
        return lines
      }
      if lines.isEmpty { return }
      for line in lines { sink.write(line) }
    }
  }

  /// Waits until what was logged has been written, at most for `limit`: a stalled reader does not
  /// keep a process from ending.
  public func flush(within limit: Duration) async {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    // The queue is serial: when its turn comes, all before it has been written.
    queue.async { end.yield() }
    let timer = Task {
      try await Task.sleep(for: limit)
      end.yield()
    }
    _ = await ends.first { _ in true }
    timer.cancel()
  }
}

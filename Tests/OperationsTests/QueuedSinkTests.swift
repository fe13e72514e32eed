import Dispatch
import Operations
import Testing

@Suite struct QueuedSinkTests {
  /// A reader that stalls until it is let go.
  private final class StalledSink: LogSink {
    let recorded = RecordingSink()
    let began = AsyncStream.makeStream(of: Void.self)
    private let gate = DispatchSemaphore(value: 0)

    func write(_ line: [UInt8]) {
      began.continuation.yield()
      gate.wait()
      gate.signal()
      recorded.write(line)
    }

    func letGo() { gate.signal() }
  }

  private func line(_ number: Int) -> [UInt8] { Array("\(number)\n".utf8) }

  @Test func `lines are written in order`() async {
    let recorded = RecordingSink()
    let queued = QueuedSink(recorded)
    for number in 0..<1000 { queued.write(line(number)) }
    await queued.flush(within: .seconds(60))
    #expect(recorded.lines == (0..<1000).map { "\($0)\n" })
    #expect(queued.droppedCount == 0)
  }

  @Test func `a stalled reader stops nobody, and what does not fit is counted`() async {
    let stalled = StalledSink()
    let queued = QueuedSink(stalled, linesMax: 10)
    queued.write(line(0))
    for await _ in stalled.began.stream { break }
    for number in 1...15 { queued.write(line(number)) }
    #expect(queued.droppedCount == 5)
    await queued.flush(within: .milliseconds(1))
    #expect(stalled.recorded.lines.isEmpty)
    stalled.letGo()
    await queued.flush(within: .seconds(60))
    #expect(stalled.recorded.lines == (0...10).map { "\($0)\n" })
  }

  @Test func `lines of many threads are all written`() async {
    let recorded = RecordingSink()
    let queued = QueuedSink(recorded)
    await withTaskGroup { group in
      for task in 0..<8 {
        group.addTask { for number in 0..<500 { queued.write(line(task * 500 + number)) } }
      }
    }
    await queued.flush(within: .seconds(60))
    #expect(Set(recorded.lines).count == 4000)
  }
}

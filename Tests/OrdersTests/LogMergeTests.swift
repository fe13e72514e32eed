import Contracts
import Operations
import TestSupport
import Testing

@testable import Orders

@Suite struct LogMergeTests {
  private static func batch(_ stream: Int16, _ position: Int64, at: Int64) -> LoggedBatch {
    LoggedBatch(place: LogPosition(stream: stream, position: position), at: at, events: [])
  }

  private static func part(
    _ stream: Int16, _ times: [Int64], from first: Int64 = 1, isCut: Bool = false
  ) -> LogMerge.Part {
    LogMerge.Part(
      stream: stream,
      batches: times.enumerated().map { batch(stream, first + Int64($0), at: $1) }, isCut: isCut)
  }

  private static func places(_ batches: [LoggedBatch]) -> [String] {
    batches.map { "\($0.place.stream).\($0.place.position)" }
  }

  @Test func `streams are told by time, each in its own order`() throws {
    let ordered = try LogMerge.ordered(
      [Self.part(1, [10, 30]), Self.part(2, [20, 25, 40])], behind: LogCursor())
    #expect(Self.places(ordered) == ["1.1", "2.1", "2.2", "1.2", "2.3"])
  }

  @Test func `a clock that was set back does not turn a stream round`() throws {
    let ordered = try LogMerge.ordered(
      [Self.part(1, [30, 5, 6]), Self.part(2, [20])], behind: LogCursor())
    #expect(Self.places(ordered) == ["2.1", "1.1", "1.2", "1.3"])
  }

  @Test func `past the end of what was read of one stream nothing of the others is told`() throws {
    let ordered = try LogMerge.ordered(
      [Self.part(1, [10, 11], isCut: true), Self.part(2, [5, 12])], behind: LogCursor())
    #expect(Self.places(ordered) == ["2.1", "1.1", "1.2"])
  }

  @Test func `a missing position is noticed, at the beginning and between`() {
    let cursor = LogCursor(LogHeads([1: 4]))
    #expect(throws: LogMerge.Gap(missing: LogPosition(stream: 1, position: 5))) {
      try LogMerge.ordered([Self.part(1, [10], from: 6)], behind: cursor)
    }
    let gap = LogMerge.Part(
      stream: 1, batches: [Self.batch(1, 5, at: 1), Self.batch(1, 7, at: 2)], isCut: false)
    #expect(throws: LogMerge.Gap(missing: LogPosition(stream: 1, position: 6))) {
      try LogMerge.ordered([gap], behind: cursor)
    }
  }

  /// A log is told in pieces of every size, and what came out is compared with the whole.
  @Test func `whatever is read at a time, all is told once and what was seen before comes first`()
    throws
  {
    var random = SeededRandom(seed: 5)
    for _ in 0..<500 {
      // One clock for all: batch n of the world is committed at time n.
      var streams: [Int16: [LoggedBatch]] = [:]
      for at in 0..<Int64.random(in: 1...60, using: &random) {
        let stream = Int16.random(in: 1...5, using: &random)
        let position = Int64((streams[stream] ?? []).count + 1)
        streams[stream, default: []].append(Self.batch(stream, position, at: at))
      }
      let limit = Int.random(in: 1...4, using: &random)
      var cursor = LogCursor()
      var told: [LoggedBatch] = []
      while true {
        let parts = streams.sorted { $0.key < $1.key }.compactMap {
          stream, batches -> LogMerge.Part? in
          let left = batches.filter { $0.place.position > cursor[stream] }
          guard !left.isEmpty else { return nil }
          return LogMerge.Part(
            stream: stream, batches: Array(left.prefix(limit)), isCut: left.count > limit)
        }
        if parts.isEmpty { break }
        let ordered = try LogMerge.ordered(parts, behind: cursor)
        try #require(!ordered.isEmpty)
        for batch in ordered { cursor.advance(to: batch.place) }
        told += ordered
      }
      #expect(told.map(\.at) == Array(0..<Int64(told.count)))
      #expect(told.count == streams.values.reduce(0) { $0 + $1.count })
    }
  }
}

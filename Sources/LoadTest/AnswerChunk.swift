/// Up to 1024 entries of an `AnswerLog` in 14 bytes each. An array of the entries themselves would
/// take 16, for what lies in an array begins at a multiple of its alignment.
struct AnswerChunk: Sendable {
  /// The entry's order, and above it the lowest eight bits of its word.
  private var orders: [UInt64] = []
  /// Bits 8 to 39 of the word, and bits 40 to 55.
  private var middles: [UInt32] = []
  private var ends: [UInt16] = []

  private static let entriesMax = 1024

  init() {
    orders.reserveCapacity(Self.entriesMax)
    middles.reserveCapacity(Self.entriesMax)
    ends.reserveCapacity(Self.entriesMax)
  }

  var isFull: Bool { orders.count >= Self.entriesMax }

  mutating func append(_ entry: AnswerLog.Entry) {
    orders.append(entry.order | entry.word << 56)
    middles.append(UInt32(truncatingIfNeeded: entry.word >> 8))
    ends.append(UInt16(truncatingIfNeeded: entry.word >> 40))
  }

  var entries: [AnswerLog.Entry] {
    orders.indices.map { index in
      AnswerLog.Entry(
        order: orders[index] & AnswerLog.Entry.orderMask,
        word: orders[index] >> 56 | UInt64(middles[index]) << 8 | UInt64(ends[index]) << 40)
    }
  }
}

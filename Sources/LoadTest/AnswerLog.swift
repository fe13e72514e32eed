internal import Contracts

/// What became of every order of a run, in 16 bytes each: ten million of them fit into 160 MB.
///
/// Entries lie in buckets by customer, because the books are read back customer by customer, and in
/// chunks, because an array that doubles would need room for twice as many.
struct AnswerLog: Sendable {
  struct Entry: Equatable, Sendable {
    /// Half of the order's id folded onto the other; 0 where there is none.
    var order: UInt64
    /// index 47 ┊ warm-up 1 ┊ kind 2 ┊ replay 1 ┊ checksum 13 bits, from the lowest on
    var word: UInt64
  }

  enum Kind: UInt64, Sendable {
    case acknowledged
    case inDoubt
    /// An order was made for a key that belongs to another.
    case conflictAccepted
  }

  static let bucketCount = 256
  private static let chunkEntries = 1024
  private var buckets: [[[Entry]]] = .init(repeating: [], count: bucketCount)
  private(set) var count = 0
  /// When the first order of this run was made, by the service's clock: what is older in its books
  /// is of an earlier run with the same seed. Nil when every answer was told again.
  private(set) var firstCreated: Moment?

  mutating func add(_ answer: OrderAnswer, to order: DrawnOrder) {
    let index = order.keyIndex
    switch (answer, order.mustConflict) {
    case (.acknowledged(let receipt), let mustConflict):
      if !receipt.isReplay, !mustConflict {
        firstCreated = min(firstCreated ?? receipt.created, receipt.created)
      }
      append(
        Entry(
          mustConflict ? .conflictAccepted : .acknowledged, keyIndex: index,
          order: Self.fold(high: receipt.id.high, low: receipt.id.low),
          isReplay: receipt.isReplay, checksum: receipt.checksum), order.customer)
    case (.inDoubt, false):
      append(
        Entry(.inDoubt, keyIndex: index, order: 0, isReplay: false, checksum: 0), order.customer)
    // What was refused is not there, and a conflict without an answer makes no order of its own.
    case (.refused, _), (.inDoubt, true): break
    }
  }

  static func fold(high: UInt64, low: UInt64) -> UInt64 { high ^ (low << 17 | low >> 47) }

  private mutating func append(_ entry: Entry, _ customer: UInt64) {
    let bucket = Int(customer % UInt64(Self.bucketCount))
    count += 1
    if let last = buckets[bucket].indices.last, buckets[bucket][last].count < Self.chunkEntries {
      buckets[bucket][last].append(entry)
    } else {
      var chunk: [Entry] = []
      chunk.reserveCapacity(Self.chunkEntries)
      chunk.append(entry)
      buckets[bucket].append(chunk)
    }
  }

  func bucket(_ number: Int) -> [Entry] { buckets[number].flatMap { $0 } }
}

extension AnswerLog.Entry {
  private static let indexBits: UInt64 = 47

  init(
    _ kind: AnswerLog.Kind, keyIndex: UInt64, order: UInt64, isReplay: Bool, checksum: UInt64
  ) {
    self.order = order
    let isWarmUp = keyIndex >= Workload.warmUpIndexBase
    let number = isWarmUp ? keyIndex - Workload.warmUpIndexBase : keyIndex
    word =
      number & ((1 << Self.indexBits) - 1) | (isWarmUp ? 1 << 47 : 0) | kind.rawValue << 48
      | (isReplay ? 1 << 50 : 0) | (checksum >> 51) << 51
  }

  var keyIndex: UInt64 {
    word & ((1 << Self.indexBits) - 1) + (word >> 47 & 1 == 1 ? Workload.warmUpIndexBase : 0)
  }

  var kind: AnswerLog.Kind { AnswerLog.Kind(rawValue: word >> 48 & 3) ?? .inDoubt }
  var isReplay: Bool { word >> 50 & 1 == 1 }
  var checksum: UInt64 { word >> 51 }
}

internal import Contracts

/// What became of every order of a run, in 14 bytes each: ten million of them fit into 140 MB.
///
/// Entries lie in buckets by customer, because the books are read back customer by customer, and in
/// chunks, because an array that doubles would need room for twice as many.
struct AnswerLog: Sendable {
  struct Entry: Equatable, Sendable {
    /// The order's id folded onto 56 bits; 0 where there is none.
    var order: UInt64
    /// 56 bits, from the lowest on: index 40 ┊ warm-up 1 ┊ kind 2 ┊ replay 1 ┊ checksum 12
    var word: UInt64
  }

  enum Kind: UInt64, Sendable {
    case acknowledged
    case inDoubt
    /// An order was made for a key that belongs to another.
    case conflictAccepted
  }

  static let bucketCount = 256
  private var buckets: [[AnswerChunk]] = .init(repeating: [], count: bucketCount)
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

  /// Only a customer's own orders are told apart by it: in ten thousand books of a thousand orders,
  /// two meet once in ten million runs.
  static func fold(high: UInt64, low: UInt64) -> UInt64 {
    let folded = high ^ (low << 17 | low >> 47)
    return (folded ^ folded >> 56) & Entry.orderMask
  }

  private mutating func append(_ entry: Entry, _ customer: UInt64) {
    let bucket = Int(customer % UInt64(Self.bucketCount))
    count += 1
    if buckets[bucket].last?.isFull ?? true { buckets[bucket].append(AnswerChunk()) }
    buckets[bucket][buckets[bucket].count - 1].append(entry)
  }

  func bucket(_ number: Int) -> [Entry] { buckets[number].flatMap(\.entries) }
}

extension AnswerLog.Entry {
  static let orderMask: UInt64 = (1 << 56) - 1
  private static let indexMask: UInt64 = (1 << 40) - 1

  init(
    _ kind: AnswerLog.Kind, keyIndex: UInt64, order: UInt64, isReplay: Bool, checksum: UInt64
  ) {
    self.order = order
    let isWarmUp = keyIndex >= Workload.warmUpIndexBase
    let number = isWarmUp ? keyIndex - Workload.warmUpIndexBase : keyIndex
    word =
      number & Self.indexMask | (isWarmUp ? 1 << 40 : 0) | kind.rawValue << 41
      | (isReplay ? 1 << 43 : 0) | (checksum >> 52) << 44
  }

  var keyIndex: UInt64 {
    word & Self.indexMask + (word >> 40 & 1 == 1 ? Workload.warmUpIndexBase : 0)
  }

  var kind: AnswerLog.Kind { AnswerLog.Kind(rawValue: word >> 41 & 3) ?? .inDoubt }
  var isReplay: Bool { word >> 43 & 1 == 1 }
  var checksum: UInt64 { word >> 44 }
}

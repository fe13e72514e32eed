import Contracts
import Testing

@testable import LoadTest

@Suite struct AnswerLogTests {
  private func order(_ index: UInt64, customer: UInt64, mustConflict: Bool = false) -> DrawnOrder {
    DrawnOrder(customer: customer, lines: [], keyIndex: index, mustConflict: mustConflict)
  }

  private func receipt(_ low: UInt64, isReplay: Bool = false) -> OrderAnswer {
    .acknowledged(.init(id: OrderID(high: 7, low: low), checksum: .max, isReplay: isReplay))
  }

  @Test(
    arguments: [
      0, 1, (1 << 40) - 1, Workload.warmUpIndexBase, Workload.warmUpIndexBase + (1 << 40) - 1,
    ] as [UInt64])
  func `an entry keeps its key, kind and marks`(index: UInt64) {
    for kind in [AnswerLog.Kind.acknowledged, .inDoubt, .conflictAccepted] {
      for isReplay in [false, true] {
        let entry = AnswerLog.Entry(
          kind, keyIndex: index, order: .max, isReplay: isReplay, checksum: .max)
        #expect(entry.keyIndex == index)
        #expect(entry.kind == kind)
        #expect(entry.isReplay == isReplay)
        #expect(entry.checksum == (1 << 12) - 1)
      }
    }
  }

  @Test func `a chunk gives back what was put in, to the last bit`() {
    var chunk = AnswerChunk()
    var random = RandomSource(seed: 3)
    let most: UInt64 = 1 << 56 - 1
    var entries = [(most, most), (0, most), (most, 0)].map { AnswerLog.Entry(order: $0, word: $1) }
    while entries.count < 1024 {
      entries.append(AnswerLog.Entry(order: random.next() & most, word: random.next() & most))
    }
    for entry in entries {
      #expect(!chunk.isFull)
      chunk.append(entry)
    }
    #expect(chunk.isFull && chunk.entries == entries)
  }

  @Test func `an id is folded onto 56 bits, and each of its bits counts`() {
    let some = AnswerLog.fold(high: 0x1234, low: 0x5678)
    for bit in 0..<64 {
      let other = AnswerLog.fold(high: 0x1234 ^ 1 << bit, low: 0x5678)
      let another = AnswerLog.fold(high: 0x1234, low: 0x5678 ^ 1 << bit)
      #expect(other != some && another != some)
      #expect(max(other, another) < 1 << 56)
    }
  }

  @Test func `customers stay together and nothing is lost between chunks`() {
    var log = AnswerLog()
    for index: UInt64 in 0..<10_000 { log.add(receipt(index), to: order(index, customer: 3)) }
    for index: UInt64 in 0..<10 { log.add(receipt(index), to: order(index, customer: 4)) }
    #expect(log.count == 10_010)
    #expect(log.bucket(3).map(\.keyIndex) == Array(0..<10_000))
    #expect(log.bucket(4).count == 10)
    #expect((5..<AnswerLog.bucketCount).allSatisfy { log.bucket($0).isEmpty })
  }

  @Test func `what is refused is not kept, and a conflict only when it was accepted`() {
    var log = AnswerLog()
    log.add(.refused, to: order(1, customer: 0))
    log.add(.inDoubt, to: order(2, customer: 0, mustConflict: true))
    log.add(.refused, to: order(3, customer: 0, mustConflict: true))
    #expect(log.count == 0)
    log.add(receipt(1), to: order(4, customer: 0, mustConflict: true))
    log.add(.inDoubt, to: order(5, customer: 0))
    #expect(log.bucket(0).map(\.kind) == [.conflictAccepted, .inDoubt])
  }

  @Test func `only the service's own word proves that an order is not there`() {
    func answer(_ status: String) -> OrderAnswer {
      let ending = LoadReply.Ending.answer(.init(statusText: status, messages: 0))
      return OrderAnswer(Outcome(ending), ending)
    }
    for code in ["3", "5", "6", "7", "9", "11", "12", "16"] { #expect(answer(code) == .refused) }
    for code in ["1", "2", "4", "8", "10", "13", "14", "15", "x"] {
      #expect(answer(code) == .inDoubt)
    }
    for ending: LoadReply.Ending in [.failed(.reset), .deadline, .unfinished] {
      #expect(OrderAnswer(Outcome(ending), ending) == .inDoubt)
    }
    let garbage = LoadReply.Ending.answer(.init(statusText: "0", message: [0xFF]))
    #expect(OrderAnswer(.ok, garbage) == .inDoubt)
    #expect(OrderAnswer(.shed, .shed) == .refused)
  }
}

import Testing

@testable import LoadTest

@Suite struct TicketOfficeTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func `a count is handed out exactly, each index once, by any number of tasks`() async {
    let office = TicketOffice(ending: .count(10_000), warmUp: .seconds(0), start: 0)
    let indexes = await withTaskGroup(of: [UInt64].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var taken: [UInt64] = []
          while let ticket = office.claim(at: 1) { taken.append(ticket.index) }
          return taken
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(indexes.sorted() == Array(0..<10_000))
    #expect(office.started == 10_000)
  }

  @Test func `the last ticket ends the sending, though nobody asks again`() {
    let office = TicketOffice(ending: .count(2), warmUp: .seconds(0), start: 0)
    _ = office.claim(at: 5)
    #expect(office.endOfSending(at: 6) == nil)
    _ = office.claim(at: 7)
    #expect(office.endOfSending(at: 100) == 7)
  }

  @Test func `warm-up requests have indexes of their own and are not counted`() {
    let office = TicketOffice(ending: .duration(.seconds(1)), warmUp: .seconds(2), start: 100)
    let base = Workload.warmUpIndexBase
    #expect(office.claim(at: 100) == .init(index: base, isMeasured: false))
    #expect(office.claim(at: 99 + 2 * Self.second) == .init(index: base + 1, isMeasured: false))
    #expect(office.claim(at: 100 + 2 * Self.second) == .init(index: 0, isMeasured: true))
    #expect(office.claim(at: 99 + 3 * Self.second) == .init(index: 1, isMeasured: true))
    #expect(office.claim(at: 100 + 3 * Self.second) == nil)
    #expect(office.started == 2)
    #expect(office.warmUps == 2)
    #expect(office.endOfSending(at: 200 + 3 * Self.second) == 100 + 3 * Self.second)
  }

  @Test func `whoever stops first decides when the sending ended`() {
    let office = TicketOffice(ending: .duration(.seconds(9)), warmUp: .seconds(0), start: 0)
    office.stop(at: 50)
    office.stop(at: 60)
    #expect(office.claim(at: 51) == nil)
    #expect(office.endOfSending(at: 70) == 50)
    #expect(office.started == 0)
  }
}

import Contracts
import Testing

@testable import LoadTest

@Suite struct RecentOrdersTests {
  private func entry(_ number: UInt64) -> RecentOrders.Entry {
    .init(id: OrderID(high: 0, low: number), customer: number)
  }

  @Test func `nothing is given out before the first, and each is taken once`() {
    var recent = RecentOrders()
    #expect(recent.pick(7) == nil)
    #expect(recent.takeOldest() == nil)
    for number: UInt64 in 0..<100 { recent.add(entry(number)) }
    var taken = Set<UInt64>()
    while let next = recent.takeOldest() { taken.insert(next.customer) }
    #expect(taken.count == 100)
    recent.add(entry(5))
    #expect(recent.pick(.max) == entry(5))
  }

  @Test func `the ring forgets the oldest and grows no further`() {
    var recent = RecentOrders()
    let most = UInt64(RecentOrders.countMax)
    for number in 0..<(2 * most) { recent.add(entry(number)) }
    let kept = Set((0..<most).compactMap { recent.pick($0)?.customer })
    #expect(kept == Set(most..<(2 * most)))
    #expect(recent.takeOldest() == entry(most))
  }
}

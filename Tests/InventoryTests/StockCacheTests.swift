import Contracts
import Testing

@testable import Inventory

@Suite struct StockCacheTests {
  private let start = ContinuousClock.now
  private let a: SKU
  private let b: SKU

  init() throws {
    a = try #require(SKU("A"))
    b = try #require(SKU("B"))
  }

  private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  private func found(_ sku: SKU, available: Int64) -> FoundStock {
    FoundStock(
      stock: [
        sku: StockFigures(
          sku: sku, onHand: available, reserved: 0, backorderLimit: 0, version: 1)
      ],
      catalogue: [
        sku: CatalogueEntry(
          price: StockChange.Price(minor: 5, currency: "EUR"), lowMark: 0)
      ])
  }

  private func line(_ sku: SKU) -> HoldLine { HoldLine(sku: sku, quantity: 2) }

  @Test func `a copy serves up to the age asked for, and the oldest age is told`() {
    var cache = StockCache()
    cache.note([a], found(a, available: 9), asked: at(0))
    cache.note([b], found(b, available: 1), asked: at(70))
    let both = cache.answer([line(a), line(b)], maxAge: .milliseconds(100), arrived: at(100))
    #expect(both?.answers.map(\.available) == [9, 1] && both?.answers.map(\.shortfall) == [0, 1])
    #expect(both?.age == .milliseconds(100))
    let late = cache.answer([line(a)], maxAge: .milliseconds(100), arrived: at(101))
    #expect(late == nil)
    let young = cache.answer([line(b)], maxAge: .milliseconds(100), arrived: at(101))
    #expect(young?.age == .milliseconds(31))
  }

  @Test func `what is not there is remembered too`() {
    var cache = StockCache()
    cache.note([a, b], found(a, available: 9), asked: at(0))
    let answer = cache.answer([line(b)], maxAge: .milliseconds(5), arrived: at(5))
    #expect(answer?.answers.map(\.known) == [false] && answer?.answers.map(\.shortfall) == [2])
  }

  @Test func `a read that was sent earlier does not replace one that was sent later`() {
    var cache = StockCache()
    cache.note([a], found(a, available: 9), asked: at(10))
    cache.note([a], found(a, available: 3), asked: at(5))
    let answer = cache.answer([line(a)], maxAge: .milliseconds(50), arrived: at(20))
    #expect(answer?.answers.map(\.available) == [9] && answer?.age == .milliseconds(10))
  }

  @Test func `it never has more copies than it may`() throws {
    var cache = StockCache(skusMax: 3)
    for number in 0..<10 {
      let sku = try #require(SKU("S\(number)"))
      cache.note([sku], found(sku, available: 1), asked: at(number))
      #expect(cache.count <= 3)
    }
    let four = try (0..<4).map { try #require(SKU("T\($0)")) }
    cache.note(four, FoundStock(), asked: at(20))
    #expect(cache.count <= 3)
    #expect(cache.answer([line(four[0])], maxAge: .seconds(1), arrived: at(20)) == nil)
  }
}

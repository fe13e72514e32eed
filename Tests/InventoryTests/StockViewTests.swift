import Contracts
import Testing

@testable import Inventory

@Suite struct StockViewTests {
  private let a: SKU
  private let b: SKU

  init() throws {
    a = try #require(SKU("A"))
    b = try #require(SKU("B"))
  }

  private func row(_ sku: SKU, reserved: Int64, version: Int64) -> StockFigures {
    StockFigures(sku: sku, onHand: 10, reserved: reserved, backorderLimit: 0, version: version)
  }

  private func entry(_ price: Int64) -> CatalogueEntry {
    CatalogueEntry(price: StockChange.Price(minor: price, currency: "EUR"), lowMark: 0)
  }

  private func found(_ sku: SKU, reserved: Int64, version: Int64, price: Int64) -> FoundStock {
    FoundStock(
      stock: [sku: row(sku, reserved: reserved, version: version)],
      catalogue: [sku: entry(price)])
  }

  private func answer(_ view: StockView, _ sku: SKU) -> [Int64]? {
    view.shelved([HoldLine(sku: sku, quantity: 4)])?.first.map {
      [$0.available, $0.shortfall, $0.unitPriceMinor]
    }
  }

  @Test func `it answers lines whose SKUs it knows whole, and no others`() {
    let view = StockView()
    view.note([a: row(a, reserved: 9, version: 1)])
    #expect(answer(view, a) == nil, "without a price")
    view.note(found(a, reserved: 9, version: 1, price: 5), of: view.edition)
    #expect(answer(view, a) == [1, 3, 5])
    let both = [HoldLine(sku: a, quantity: 1), HoldLine(sku: b, quantity: 1)]
    #expect(view.shelved(both) == nil)
    view.note(FoundStock(catalogue: [b: entry(1)]), of: view.edition)
    #expect(view.shelved(both) == nil, "without stock")
  }

  @Test func `an older row never replaces a newer one`() {
    let view = StockView()
    view.note(found(a, reserved: 3, version: 7, price: 5), of: view.edition)
    view.note([a: row(a, reserved: 1, version: 6)])
    #expect(answer(view, a) == [7, 0, 5])
    view.note([a: row(a, reserved: 6, version: 8)])
    #expect(answer(view, a) == [4, 0, 5])
  }

  @Test func `a read that was sent before a change does not bring the old price back`() {
    let view = StockView()
    let edition = view.edition
    view.note([SKUFigures(stock: row(a, reserved: 0, version: 2), entry: entry(9))])
    view.note(found(a, reserved: 0, version: 2, price: 5), of: edition)
    #expect(answer(view, a) == [10, 0, 9])
    view.note(found(b, reserved: 0, version: 1, price: 5), of: edition)
    #expect(answer(view, b) == nil, "no row of such a read is trusted")
  }

  @Test func `a read that was sent before everything was forgotten brings nothing back`() {
    let view = StockView()
    view.load(found(a, reserved: 0, version: 2, price: 5), of: view.edition)
    #expect(view.isLoaded)
    let edition = view.edition
    view.clear()
    view.load(found(a, reserved: 0, version: 2, price: 5), of: edition)
    #expect(!view.isLoaded && answer(view, a) == nil && view.available([a]).isEmpty)
  }

  @Test func `it starts over rather than grow, and trusts no read that was under way`() throws {
    let view = StockView(skusMax: 2)
    let c = try #require(SKU("C"))
    view.note(found(a, reserved: 0, version: 1, price: 1), of: view.edition)
    view.note(found(b, reserved: 0, version: 1, price: 1), of: view.edition)
    let edition = view.edition
    view.note([c: row(c, reserved: 0, version: 1)])
    #expect(view.available([a, b, c]) == [c: 10])
    view.note(found(a, reserved: 0, version: 1, price: 1), of: edition)
    #expect(answer(view, a) == nil)
  }

  @Test func `a biased view tells biased figures`() {
    let view = StockView(bias: 100)
    view.note(found(a, reserved: 8, version: 1, price: 5), of: view.edition)
    #expect(view.available([a]) == [a: 102])
    #expect(answer(view, a) == [102, 0, 5])
  }
}

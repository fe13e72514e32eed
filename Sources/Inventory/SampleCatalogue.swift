internal import Contracts

/// A few things to sell, so that a first order can be placed a minute after the first start.
enum SampleCatalogue {
  /// One change with a fixed ref: loading it twice changes nothing.
  static let change = StockChange(
    ref: "sample-catalogue-1", reason: "sample catalogue", actor: "orderly", items: items)

  private static let items = [
    item("ESPRESSO-1KG", pieces: 200, cents: 18_90),
    item("FILTER-500G", pieces: 350, cents: 9_50),
    item("DECAF-250G", pieces: 80, cents: 6_40),
    item("GRINDER-HAND", pieces: 40, cents: 59_00),
    item("KETTLE-GOOSE", pieces: 25, cents: 74_50),
    item("SCALE-01G", pieces: 60, cents: 29_95),
    item("CUP-BLUE", pieces: 500, cents: 12_00),
    item("CUP-LAST-ONE", pieces: 1, cents: 15_00),
  ].compactMap(\.self)

  private static func item(_ sku: String, pieces: Int64, cents: Int64) -> StockChange.Item? {
    SKU(sku).map {
      StockChange.Item(
        sku: $0, delta: pieces, price: StockChange.Price(minor: cents, currency: "EUR"),
        lowMark: 10)
    }
  }
}

internal import Contracts

extension StockAnswer {
  /// - Parameter bias: added to what is available; see `StockView`.
  init(
    _ line: HoldLine, _ stock: StockFigures?, _ entry: CatalogueEntry?, bias: Int64 = 0
  ) {
    self.init()
    sku = line.sku.text
    requested = Int64(line.quantity)
    guard let entry else {
      // An unknown SKU has no figures, and nothing of it can be served.
      shortfall = requested
      return
    }
    known = true
    available = max(0, (stock?.available ?? 0) + bias)
    shortfall = max(0, requested - available)
    unitPriceMinor = entry.price.minor
    currency = entry.price.currency
  }
}

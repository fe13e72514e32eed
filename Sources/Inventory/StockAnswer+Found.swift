internal import Contracts

extension StockAnswer {
  init(_ line: HoldLine, _ found: StockReader.Found) {
    self.init()
    sku = line.sku.text
    requested = Int64(line.quantity)
    guard let entry = found.catalogue[line.sku] else {
      // An unknown SKU has no figures, and nothing of it can be served.
      shortfall = requested
      return
    }
    known = true
    available = found.stock[line.sku]?.available ?? 0
    shortfall = max(0, requested - available)
    unitPriceMinor = entry.price.minor
    currency = entry.price.currency
  }
}

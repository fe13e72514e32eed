internal import Contracts

/// What a read found: no entry for a SKU that is not there.
struct FoundStock: Equatable, Sendable {
  var stock: [SKU: StockFigures] = [:]
  var catalogue: [SKU: CatalogueEntry] = [:]
}

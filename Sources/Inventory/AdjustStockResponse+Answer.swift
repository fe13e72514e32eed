internal import Contracts
internal import RPC

extension AdjustStockResponse {
  init(_ answer: StockChangeAnswer) throws(RPCError) {
    self.init()
    switch answer {
    case .applied(let figures):
      applied = true
      items = figures.map(StockFigure.init)
    case .repeated(let figures):
      items = figures.map(StockFigure.init)
    case .refReused(let skus):
      throw RPCError(
        .refReused, "the ref stands for another change", metadata: ["skus": skus.joined])
    case .unknownSKU(let skus):
      throw RPCError(
        .skuUnknown, "a new SKU needs price and currency", metadata: ["skus": skus.joined])
    case .tooMuch(let item):
      throw RPCError(
        InvalidRequest("items[\(item)].delta", "must leave at most 2^53-1 on hand"))
    case .belowReserved(let skus):
      throw RPCError(
        .stockBelowReserved, "less would be on hand than is promised",
        metadata: ["skus": skus.joined])
    }
  }
}

extension StockFigure {
  init(_ figures: SKUFigures) {
    self.init()
    sku = figures.stock.sku.text
    onHand = figures.stock.onHand
    reserved = figures.stock.reserved
    available = figures.stock.available
    unitPriceMinor = figures.entry.price.minor
    currency = figures.entry.price.currency
    lowMark = figures.entry.lowMark
    version = figures.stock.version
  }
}

extension Sequence where Element == SKU {
  /// Separated by commas, which no SKU contains.
  fileprivate var joined: String { map(\.text).joined(separator: ",") }
}

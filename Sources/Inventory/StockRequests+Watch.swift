internal import Contracts

extension StockRequests {
  static func interest(_ request: WatchStockRequest) throws(InvalidRequest) -> StockInterest {
    guard !request.skus.isEmpty else { return .all }
    var invalid = InvalidRequest()
    guard request.skus.count <= DomainLimits.itemsPerCallMax else {
      throw InvalidRequest("skus", "must be at most \(DomainLimits.itemsPerCallMax)")
    }
    var skus: Set<SKU> = []
    for (index, text) in request.skus.enumerated() {
      if let sku = SKU(text) {
        skus.insert(sku)
      } else {
        invalid.add("skus[\(index)]", skuRequirement)
      }
    }
    guard invalid.isEmpty else { throw invalid }
    return .some(skus)
  }
}

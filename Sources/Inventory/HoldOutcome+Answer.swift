internal import Contracts

extension HoldOutcome {
  init(_ orderID: OrderID, _ answer: HoldAnswer) {
    self.init()
    self.orderID = orderID.description
    switch answer {
    case .held: state = .held
    case .committed: state = .committed
    case .released: state = .released
    case .conflict: state = .conflict
    case .outOfStock(let lines):
      state = .outOfStock
      shortages = lines.map {
        Shortage(sku: $0.sku.text, requested: $0.requested, available: $0.available)
      }
    case .unknownSKU(let skus):
      state = .unknownSKU
      unknownSKUs = skus.map(\.text)
    }
  }
}

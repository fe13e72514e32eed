internal import Contracts

extension StockRequests {
  /// Reason and actor are read by people: any characters but control characters, so that a line of
  /// a report stays one line and PostgreSQL, which keeps no NUL, takes them.
  private static let textScalarsMax = 128

  static func change(_ request: AdjustStockRequest) throws(InvalidRequest) -> StockChange {
    var invalid = InvalidRequest()
    if !VisibleASCII.isValid(request.ref, bytes: 1...VisibleASCII.bytesMax) {
      invalid.add("ref", "must be 1 to 128 visible ASCII characters")
    }
    if !isText(request.reason) {
      invalid.add("reason", "must be 1 to 128 characters without control characters")
    }
    if !isText(request.actor) {
      invalid.add("actor", "must be 1 to 128 characters without control characters")
    }
    guard (1...DomainLimits.itemsPerCallMax).contains(request.items.count) else {
      invalid.add("items", "must be 1 to \(DomainLimits.itemsPerCallMax)")
      throw invalid
    }
    var seen: Set<SKU> = []
    var items: [StockChange.Item] = []
    items.reserveCapacity(request.items.count)
    for (index, item) in request.items.enumerated() {
      guard let read = read(item, at: "items[\(index)]", &invalid) else { continue }
      if !seen.insert(read.sku).inserted {
        invalid.add("items[\(index)].sku", "must come once")
      }
      items.append(read)
    }
    guard invalid.isEmpty else { throw invalid }
    return StockChange(
      ref: request.ref, reason: request.reason, actor: request.actor, items: items)
  }

  private static func isText(_ text: String) -> Bool {
    // Bytes first: counting the scalars of megabytes to refuse them would be work for nothing.
    guard !text.isEmpty, text.utf8.count <= textScalarsMax * 4 else { return false }
    let scalars = text.unicodeScalars
    return scalars.count <= textScalarsMax
      && scalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  private static func read(
    _ item: StockAdjustment, at path: String, _ invalid: inout InvalidRequest
  ) -> StockChange.Item? {
    let most = DomainLimits.amountMax
    let sku = SKU(item.sku)
    if sku == nil {
      invalid.add("\(path).sku", "must be 1 to 64 characters of A-Z a-z 0-9 . _ -")
    }
    if !(-most...most).contains(item.delta) {
      invalid.add("\(path).delta", "must be from -(2^53-1) to 2^53-1")
    }
    if item.delta == 0, item.unitPriceMinor == nil, item.lowMark == nil {
      invalid.add("\(path).delta", "must not be 0 when neither price nor mark is given")
    }
    if let lowMark = item.lowMark, !(0...most).contains(lowMark) {
      invalid.add("\(path).low_mark", "must be from 0 to 2^53-1")
    }
    let price = price(item, at: path, &invalid)
    return sku.map {
      StockChange.Item(sku: $0, delta: item.delta, price: price, lowMark: item.lowMark)
    }
  }

  private static func price(
    _ item: StockAdjustment, at path: String, _ invalid: inout InvalidRequest
  ) -> StockChange.Price? {
    switch (item.unitPriceMinor, item.currency) {
    case (nil, nil):
      return nil
    case (_?, nil):
      invalid.add("\(path).currency", "must come with the price")
      return nil
    case (nil, _?):
      invalid.add("\(path).unit_price_minor", "must come with the currency")
      return nil
    case (let minor?, let currency?):
      if !(0...DomainLimits.amountMax).contains(minor) {
        invalid.add("\(path).unit_price_minor", "must be from 0 to 2^53-1")
      }
      if !CurrencyCode.isISO4217(currency) {
        invalid.add("\(path).currency", "must be a code of ISO 4217")
      }
      return StockChange.Price(minor: minor, currency: currency)
    }
  }
}

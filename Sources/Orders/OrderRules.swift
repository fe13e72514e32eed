internal import Contracts

/// What decides about orders, and nothing else: no clock, no socket, no database.
enum OrderRules {
  /// Sums and sorts what was asked, or tells everything that is wrong with its shape.
  static func normalise(
    customerID: String, requestID: String, currency: String,
    lines: some Collection<(sku: String, quantity: Int64)>
  ) throws(InvalidRequest) -> NormalOrder {
    var invalid = InvalidRequest()
    if !VisibleASCII.isValid(customerID, bytes: 1...VisibleASCII.bytesMax) {
      invalid.add("customer_id", "must be 1 to 128 visible ASCII characters")
    }
    if !VisibleASCII.isValid(requestID, bytes: 0...VisibleASCII.bytesMax) {
      invalid.add("request_id", "must be at most 128 visible ASCII characters")
    }
    if !CurrencyCode.isWellFormed(currency) {
      invalid.add("currency", "must be three letters A to Z")
    }
    let summed = sum(lines, &invalid)
    guard invalid.isEmpty else { throw invalid }

    let sorted = summed.indices.sorted { summed[$0].sku < summed[$1].sku }
    var askedOrder = Array(repeating: 0, count: summed.count)
    for (position, index) in sorted.enumerated() { askedOrder[index] = position }
    return NormalOrder(
      customerID: customerID, requestID: requestID.isEmpty ? nil : requestID, currency: currency,
      lines: sorted.map { summed[$0] }, askedOrder: askedOrder)
  }

  /// One line for each SKU, in the order of first mention.
  private static func sum(
    _ lines: some Collection<(sku: String, quantity: Int64)>, _ invalid: inout InvalidRequest
  ) -> [AskedLine] {
    guard (1...DomainLimits.linesPerOrderMax).contains(lines.count) else {
      invalid.add("lines", "must be 1 to \(DomainLimits.linesPerOrderMax) lines")
      return []
    }
    var summed: [AskedLine] = []
    summed.reserveCapacity(lines.count)
    var places: [SKU: Int] = [:]
    for (index, line) in lines.enumerated() {
      let sku = SKU(line.sku)
      if sku == nil {
        invalid.add("lines[\(index)].sku", "must be 1 to 64 characters of A-Z a-z 0-9 . _ -")
      }
      guard (1...DomainLimits.quantityMax).contains(line.quantity) else {
        invalid.add(
          "lines[\(index)].quantity", "must be from 1 to \(DomainLimits.quantityMax)")
        continue
      }
      guard let sku else { continue }
      guard let place = places[sku] else {
        places[sku] = summed.count
        summed.append(AskedLine(sku: sku, quantity: Int32(line.quantity)))
        continue
      }
      let total = Int64(summed[place].quantity) + line.quantity
      guard total <= DomainLimits.quantityMax else {
        invalid.add(
          "lines[\(index)].quantity",
          "all lines of one SKU must sum to at most \(DomainLimits.quantityMax)")
        continue
      }
      summed[place] = AskedLine(sku: sku, quantity: Int32(total))
    }
    return summed
  }
}

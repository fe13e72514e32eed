internal import Contracts

/// An order's receipt as the edge writes it, turned back into the message that the service
/// answered: two answers to one key are then compared the same way, however they came.
enum RESTReceipt {
  /// Nil for JSON that is no receipt.
  static func read(_ body: [UInt8]) -> Receipt? {
    guard let value = try? JSONValue.read(body), let id = value["orderId"]?.string,
      value["status"]?.string == "CONFIRMED", let total = money(value["total"]),
      let created = value["createdAt"]?.string.flatMap(Timestamp.init(rfc3339:)),
      case .array(let elements)? = value["lines"]
    else { return nil }
    let lines = elements.compactMap(line)
    guard lines.count == elements.count else { return nil }
    return Receipt(
      orderID: id, status: .confirmed, currency: total.currency, totalMinor: total.minorUnits,
      createdAt: created, lines: lines)
  }

  private static func line(_ value: JSONValue) -> OrderLine? {
    guard let sku = value["sku"]?.string, let quantity = integer(value["quantity"]),
      let price = money(value["unitPrice"])
    else { return nil }
    return OrderLine(sku: sku, quantity: quantity, unitPriceMinor: price.minorUnits)
  }

  private static func money(_ value: JSONValue?) -> (currency: String, minorUnits: Int64)? {
    guard let currency = value?["currency"]?.string, let units = integer(value?["minorUnits"])
    else { return nil }
    return (currency, units)
  }

  private static func integer(_ value: JSONValue?) -> Int64? {
    value?.unsigned.flatMap(Int64.init(exactly:))
  }
}

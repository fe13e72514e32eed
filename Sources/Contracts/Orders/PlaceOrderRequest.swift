public import Wire

/// `orders.v1.PlaceOrderRequest`. Asks for an order of 1 to 100 lines.
public struct PlaceOrderRequest: WireMessage, Equatable {
  /// 1 to 128 visible ASCII characters.
  public var customerID = ""
  /// ISO 4217; every line's catalogue price must be in it.
  public var currency = ""
  /// 1 to 100 lines; lines of one SKU are summed.
  public var lines: [PlaceOrderLine] = []
  /// Makes the call safe to repeat: up to 128 visible ASCII characters, one key for one order.
  public var requestID = ""
  private enum Field { static let customerID = 1, currency = 2, lines = 3, requestID = 4 }

  public init() {}

  public init(
    customerID: String = "",
    currency: String = "",
    lines: [PlaceOrderLine] = [],
    requestID: String = ""
  ) {
    self.customerID = customerID
    self.currency = currency
    self.lines = lines
    self.requestID = requestID
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.customerID: try reader.string(tag, into: &customerID)
      case Field.currency: try reader.string(tag, into: &currency)
      case Field.lines: try reader.messages(tag, into: &lines)
      case Field.requestID: try reader.string(tag, into: &requestID)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(customerID, field: Field.customerID)
    writer.string(currency, field: Field.currency)
    writer.messages(lines, field: Field.lines)
    writer.string(requestID, field: Field.requestID)
  }
}

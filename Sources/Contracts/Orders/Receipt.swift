public import Wire

/// `orders.v1.Receipt`. What was ordered, at what price. A receipt never changes, whatever
/// happens to the order.
public struct Receipt: WireMessage, Equatable {
  /// UUID, 36 characters, lower case.
  public var orderID = ""
  /// Always CONFIRMED.
  public var status = OrderStatus.unspecified
  public var currency = ""
  /// Minor units of the currency.
  public var totalMinor: Int64 = 0
  /// Whole microseconds.
  public var createdAt: Timestamp?
  /// Each SKU once, ascending.
  public var lines: [OrderLine] = []
  private enum Field {
    static let orderID = 1, status = 2, currency = 3, totalMinor = 4, createdAt = 5, lines = 6
  }

  public init() {}

  public init(
    orderID: String = "",
    status: OrderStatus = .unspecified,
    currency: String = "",
    totalMinor: Int64 = 0,
    createdAt: Timestamp? = nil,
    lines: [OrderLine] = []
  ) {
    self.orderID = orderID
    self.status = status
    self.currency = currency
    self.totalMinor = totalMinor
    self.createdAt = createdAt
    self.lines = lines
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.status: try reader.enumeration(tag, into: &status)
      case Field.currency: try reader.string(tag, into: &currency)
      case Field.totalMinor: try reader.int64(tag, into: &totalMinor)
      case Field.createdAt: try reader.message(tag, into: &createdAt)
      case Field.lines: try reader.messages(tag, into: &lines)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.enumeration(status, field: Field.status)
    writer.string(currency, field: Field.currency)
    writer.int64(totalMinor, field: Field.totalMinor)
    writer.message(createdAt, field: Field.createdAt)
    writer.messages(lines, field: Field.lines)
  }
}

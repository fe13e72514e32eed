public import Wire

/// `orders.v1.Order`. An order as it stands.
public struct Order: WireMessage, Equatable {
  public var orderID = ""
  public var customerID = ""
  public var status = OrderStatus.unspecified
  public var currency = ""
  public var totalMinor: Int64 = 0
  public var createdAt: Timestamp?
  public var lines: [OrderLine] = []
  /// Starts at 1 and grows by one with each change of status.
  public var version: Int64 = 0
  public var updatedAt: Timestamp?
  private enum Field {
    static let orderID = 1, customerID = 2, status = 3, currency = 4, totalMinor = 5,
      createdAt = 6, lines = 7, version = 8, updatedAt = 9
  }

  public init() {}

  public init(
    orderID: String = "",
    customerID: String = "",
    status: OrderStatus = .unspecified,
    currency: String = "",
    totalMinor: Int64 = 0,
    createdAt: Timestamp? = nil,
    lines: [OrderLine] = [],
    version: Int64 = 0,
    updatedAt: Timestamp? = nil
  ) {
    self.orderID = orderID
    self.customerID = customerID
    self.status = status
    self.currency = currency
    self.totalMinor = totalMinor
    self.createdAt = createdAt
    self.lines = lines
    self.version = version
    self.updatedAt = updatedAt
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.customerID: try reader.string(tag, into: &customerID)
      case Field.status: try reader.enumeration(tag, into: &status)
      case Field.currency: try reader.string(tag, into: &currency)
      case Field.totalMinor: try reader.int64(tag, into: &totalMinor)
      case Field.createdAt: try reader.message(tag, into: &createdAt)
      case Field.lines: try reader.messages(tag, into: &lines)
      case Field.version: try reader.int64(tag, into: &version)
      case Field.updatedAt: try reader.message(tag, into: &updatedAt)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.string(customerID, field: Field.customerID)
    writer.enumeration(status, field: Field.status)
    writer.string(currency, field: Field.currency)
    writer.int64(totalMinor, field: Field.totalMinor)
    writer.message(createdAt, field: Field.createdAt)
    writer.messages(lines, field: Field.lines)
    writer.int64(version, field: Field.version)
    writer.message(updatedAt, field: Field.updatedAt)
  }
}

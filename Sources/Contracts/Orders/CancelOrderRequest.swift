public import Wire

/// `orders.v1.CancelOrderRequest`. Cancels one order.
public struct CancelOrderRequest: WireMessage, Equatable {
  public var orderID = ""
  /// When given, another customer's order is NOT_FOUND.
  public var customerID = ""
  /// When not 0, the order is cancelled only if this is its version.
  public var expectedVersion: Int64 = 0
  private enum Field { static let orderID = 1, customerID = 2, expectedVersion = 3 }

  public init() {}

  public init(orderID: String = "", customerID: String = "", expectedVersion: Int64 = 0) {
    self.orderID = orderID
    self.customerID = customerID
    self.expectedVersion = expectedVersion
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.customerID: try reader.string(tag, into: &customerID)
      case Field.expectedVersion: try reader.int64(tag, into: &expectedVersion)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.string(customerID, field: Field.customerID)
    writer.int64(expectedVersion, field: Field.expectedVersion)
  }
}

public import Wire

/// `orders.v1.GetOrderRequest`. Asks for one order.
public struct GetOrderRequest: WireMessage, Equatable {
  public var orderID = ""
  /// When given, another customer's order is NOT_FOUND.
  public var customerID = ""
  private enum Field { static let orderID = 1, customerID = 2 }

  public init() {}

  public init(orderID: String = "", customerID: String = "") {
    self.orderID = orderID
    self.customerID = customerID
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.customerID: try reader.string(tag, into: &customerID)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.string(customerID, field: Field.customerID)
  }
}

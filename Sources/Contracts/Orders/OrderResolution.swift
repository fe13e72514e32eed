public import Wire

/// `orders.v1.OrderResolution`. What became of one order.
public struct OrderResolution: WireMessage, Equatable {
  public var orderID = ""
  public var fate = OrderFate.unspecified
  private enum Field { static let orderID = 1, fate = 2 }

  public init() {}

  public init(orderID: String, fate: OrderFate) {
    self.orderID = orderID
    self.fate = fate
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.fate: try reader.enumeration(tag, into: &fate)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.enumeration(fate, field: Field.fate)
  }
}

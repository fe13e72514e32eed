public import Wire

/// `orders.v1.OrderEvent`. One thing that happened to one order.
public struct OrderEvent: WireMessage, Equatable {
  public var orderID = ""
  public var kind = OrderEventKind.unspecified
  /// The order's version from then on.
  public var version: Int64 = 0
  private enum Field { static let orderID = 1, kind = 2, version = 3 }

  public init() {}

  public init(orderID: String = "", kind: OrderEventKind = .unspecified, version: Int64 = 0) {
    self.orderID = orderID
    self.kind = kind
    self.version = version
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.kind: try reader.enumeration(tag, into: &kind)
      case Field.version: try reader.int64(tag, into: &version)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.enumeration(kind, field: Field.kind)
    writer.int64(version, field: Field.version)
  }
}

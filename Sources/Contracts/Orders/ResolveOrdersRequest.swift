public import Wire

/// `orders.v1.ResolveOrdersRequest`. Asks what became of orders.
public struct ResolveOrdersRequest: WireMessage, Equatable {
  public var orderIDs: [String] = []
  private enum Field { static let orderIDs = 1 }

  public init() {}

  public init(orderIDs: [String]) {
    self.orderIDs = orderIDs
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderIDs: try reader.strings(tag, into: &orderIDs)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.strings(orderIDs, field: Field.orderIDs)
  }
}

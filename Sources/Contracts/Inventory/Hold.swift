public import Wire

/// `inventory.v1.Hold`. Pieces to set aside for one order, all or none.
public struct Hold: WireMessage, Equatable {
  /// UUID, 36 characters, lower case.
  public var orderID = ""
  /// 1 to 100 lines, each SKU once, ascending.
  public var lines: [StockLine] = []
  private enum Field { static let orderID = 1, lines = 2 }

  public init() {}

  public init(orderID: String = "", lines: [StockLine] = []) {
    self.orderID = orderID
    self.lines = lines
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.lines: try reader.messages(tag, into: &lines)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.messages(lines, field: Field.lines)
  }
}

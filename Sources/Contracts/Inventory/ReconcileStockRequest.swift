public import Wire

/// `inventory.v1.ReconcileStockRequest`. Asks for the rows that break a stock equation.
public struct ReconcileStockRequest: WireMessage, Equatable {
  public var limit: Int32 = 0
  private enum Field { static let limit = 1 }

  public init() {}

  public init(limit: Int32 = 0) {
    self.limit = limit
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.limit: try reader.int32(tag, into: &limit)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.int32(limit, field: Field.limit)
  }
}

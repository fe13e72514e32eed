public import Wire

/// `orders.v1.ShortLine`. A line that could not be served, and how much of it there is.
public struct ShortLine: WireMessage, Equatable {
  public var sku = ""
  public var requested: Int64 = 0
  public var available: Int64 = 0
  private enum Field { static let sku = 1, requested = 2, available = 3 }

  public init() {}

  public init(sku: String = "", requested: Int64 = 0, available: Int64 = 0) {
    self.sku = sku
    self.requested = requested
    self.available = available
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.requested: try reader.int64(tag, into: &requested)
      case Field.available: try reader.int64(tag, into: &available)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(sku, field: Field.sku)
    writer.int64(requested, field: Field.requested)
    writer.int64(available, field: Field.available)
  }
}

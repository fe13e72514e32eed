public import Wire

/// `inventory.v1.StockLine`. So many pieces of one SKU.
public struct StockLine: WireMessage, Equatable {
  /// 1 to 64 bytes of [A-Za-z0-9._-], compared as bytes.
  public var sku = ""
  /// 1 to 1000000.
  public var quantity: Int64 = 0
  private enum Field { static let sku = 1, quantity = 2 }

  public init() {}

  public init(sku: String = "", quantity: Int64 = 0) {
    self.sku = sku
    self.quantity = quantity
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.quantity: try reader.int64(tag, into: &quantity)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(sku, field: Field.sku)
    writer.int64(quantity, field: Field.quantity)
  }
}

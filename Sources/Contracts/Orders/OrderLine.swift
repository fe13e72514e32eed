public import Wire

/// `orders.v1.OrderLine`. So many pieces of one SKU, at the price they were ordered at.
public struct OrderLine: WireMessage, Equatable {
  public var sku = ""
  public var quantity: Int64 = 0
  public var unitPriceMinor: Int64 = 0
  private enum Field { static let sku = 1, quantity = 2, unitPriceMinor = 3 }

  public init() {}

  public init(sku: String = "", quantity: Int64 = 0, unitPriceMinor: Int64 = 0) {
    self.sku = sku
    self.quantity = quantity
    self.unitPriceMinor = unitPriceMinor
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.quantity: try reader.int64(tag, into: &quantity)
      case Field.unitPriceMinor: try reader.int64(tag, into: &unitPriceMinor)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(sku, field: Field.sku)
    writer.int64(quantity, field: Field.quantity)
    writer.int64(unitPriceMinor, field: Field.unitPriceMinor)
  }
}

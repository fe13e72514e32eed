public import Wire

/// `inventory.v1.StockFigure`. The figures of one SKU.
public struct StockFigure: WireMessage, Equatable {
  public var sku = ""
  public var onHand: Int64 = 0
  public var reserved: Int64 = 0
  public var available: Int64 = 0
  public var unitPriceMinor: Int64 = 0
  public var currency = ""
  public var lowMark: Int64 = 0
  /// Grows by one with each change of on_hand or reserved.
  public var version: Int64 = 0
  private enum Field {
    static let sku = 1, onHand = 2, reserved = 3, available = 4, unitPriceMinor = 5,
      currency = 6, lowMark = 7, version = 8
  }

  public init() {}

  public init(
    sku: String = "",
    onHand: Int64 = 0,
    reserved: Int64 = 0,
    available: Int64 = 0,
    unitPriceMinor: Int64 = 0,
    currency: String = "",
    lowMark: Int64 = 0,
    version: Int64 = 0
  ) {
    self.sku = sku
    self.onHand = onHand
    self.reserved = reserved
    self.available = available
    self.unitPriceMinor = unitPriceMinor
    self.currency = currency
    self.lowMark = lowMark
    self.version = version
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.onHand: try reader.int64(tag, into: &onHand)
      case Field.reserved: try reader.int64(tag, into: &reserved)
      case Field.available: try reader.int64(tag, into: &available)
      case Field.unitPriceMinor: try reader.int64(tag, into: &unitPriceMinor)
      case Field.currency: try reader.string(tag, into: &currency)
      case Field.lowMark: try reader.int64(tag, into: &lowMark)
      case Field.version: try reader.int64(tag, into: &version)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(sku, field: Field.sku)
    writer.int64(onHand, field: Field.onHand)
    writer.int64(reserved, field: Field.reserved)
    writer.int64(available, field: Field.available)
    writer.int64(unitPriceMinor, field: Field.unitPriceMinor)
    writer.string(currency, field: Field.currency)
    writer.int64(lowMark, field: Field.lowMark)
    writer.int64(version, field: Field.version)
  }
}

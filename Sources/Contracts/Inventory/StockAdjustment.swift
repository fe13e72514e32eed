public import Wire

/// `inventory.v1.StockAdjustment`. The change of one SKU.
public struct StockAdjustment: WireMessage, Equatable {
  public var sku = ""
  /// Added to what is on hand; not 0 unless a price or mark comes with it.
  public var delta: Int64 = 0
  /// Price of one piece in minor units; with currency, and needed for a new SKU.
  public var unitPriceMinor: Int64?
  /// ISO 4217.
  public var currency: String?
  /// Below this a SKU counts as low.
  public var lowMark: Int64?
  private enum Field {
    static let sku = 1, delta = 2, unitPriceMinor = 3, currency = 4, lowMark = 5
  }

  public init() {}

  public init(
    sku: String = "",
    delta: Int64 = 0,
    unitPriceMinor: Int64? = nil,
    currency: String? = nil,
    lowMark: Int64? = nil
  ) {
    self.sku = sku
    self.delta = delta
    self.unitPriceMinor = unitPriceMinor
    self.currency = currency
    self.lowMark = lowMark
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.delta: try reader.int64(tag, into: &delta)
      case Field.unitPriceMinor: try reader.int64(tag, into: &unitPriceMinor)
      case Field.currency: try reader.string(tag, into: &currency)
      case Field.lowMark: try reader.int64(tag, into: &lowMark)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(sku, field: Field.sku)
    writer.int64(delta, field: Field.delta)
    writer.optionalInt64(unitPriceMinor, field: Field.unitPriceMinor)
    writer.optionalString(currency, field: Field.currency)
    writer.optionalInt64(lowMark, field: Field.lowMark)
  }
}

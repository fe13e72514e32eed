public import Wire

/// `inventory.v1.StockAnswer`. What there is of one SKU, beside what was asked.
public struct StockAnswer: WireMessage, Equatable {
  public var sku = ""
  /// Whether the SKU is in the catalogue; all figures of an unknown one are 0.
  public var known = false
  public var requested: Int64 = 0
  /// max(0, on hand + backorder limit - reserved).
  public var available: Int64 = 0
  /// max(0, requested - available).
  public var shortfall: Int64 = 0
  /// Catalogue price of one piece, in minor units of the currency.
  public var unitPriceMinor: Int64 = 0
  /// ISO 4217.
  public var currency = ""
  private enum Field {
    static let sku = 1, known = 2, requested = 3, available = 4, shortfall = 5,
      unitPriceMinor = 6, currency = 7
  }

  public init() {}

  public init(
    sku: String = "",
    known: Bool = false,
    requested: Int64 = 0,
    available: Int64 = 0,
    shortfall: Int64 = 0,
    unitPriceMinor: Int64 = 0,
    currency: String = ""
  ) {
    self.sku = sku
    self.known = known
    self.requested = requested
    self.available = available
    self.shortfall = shortfall
    self.unitPriceMinor = unitPriceMinor
    self.currency = currency
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.known: try reader.bool(tag, into: &known)
      case Field.requested: try reader.int64(tag, into: &requested)
      case Field.available: try reader.int64(tag, into: &available)
      case Field.shortfall: try reader.int64(tag, into: &shortfall)
      case Field.unitPriceMinor: try reader.int64(tag, into: &unitPriceMinor)
      case Field.currency: try reader.string(tag, into: &currency)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(sku, field: Field.sku)
    writer.bool(known, field: Field.known)
    writer.int64(requested, field: Field.requested)
    writer.int64(available, field: Field.available)
    writer.int64(shortfall, field: Field.shortfall)
    writer.int64(unitPriceMinor, field: Field.unitPriceMinor)
    writer.string(currency, field: Field.currency)
  }
}

public import Wire

/// `inventory.v1.HoldOutcome`. What became of one hold.
public struct HoldOutcome: WireMessage, Equatable {
  public var orderID = ""
  public var state = HoldState.unspecified
  /// Every short line, with OUT_OF_STOCK.
  public var shortages: [Shortage] = []
  /// Every unknown SKU, with UNKNOWN_SKU.
  public var unknownSKUs: [String] = []
  private enum Field { static let orderID = 1, state = 2, shortages = 3, unknownSKUs = 4 }

  public init() {}

  public init(
    orderID: String = "",
    state: HoldState = .unspecified,
    shortages: [Shortage] = [],
    unknownSKUs: [String] = []
  ) {
    self.orderID = orderID
    self.state = state
    self.shortages = shortages
    self.unknownSKUs = unknownSKUs
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.state: try reader.enumeration(tag, into: &state)
      case Field.shortages: try reader.messages(tag, into: &shortages)
      case Field.unknownSKUs: try reader.strings(tag, into: &unknownSKUs)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.enumeration(state, field: Field.state)
    writer.messages(shortages, field: Field.shortages)
    writer.strings(unknownSKUs, field: Field.unknownSKUs)
  }
}

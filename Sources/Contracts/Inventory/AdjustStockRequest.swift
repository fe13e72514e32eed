public import Wire

/// `inventory.v1.AdjustStockRequest`. Changes what is on hand, all items or none.
public struct AdjustStockRequest: WireMessage, Equatable {
  /// Names the change, 1 to 128 visible ASCII characters: the same ref is applied once.
  public var ref = ""
  /// Why, for example "receipt" or "count"; 1 to 128 characters.
  public var reason = ""
  /// Who, 1 to 128 characters.
  public var actor = ""
  /// 1 to 1000 items, each SKU once.
  public var items: [StockAdjustment] = []
  private enum Field { static let ref = 1, reason = 2, actor = 3, items = 4 }

  public init() {}

  public init(
    ref: String = "", reason: String = "", actor: String = "", items: [StockAdjustment] = []
  ) {
    self.ref = ref
    self.reason = reason
    self.actor = actor
    self.items = items
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.ref: try reader.string(tag, into: &ref)
      case Field.reason: try reader.string(tag, into: &reason)
      case Field.actor: try reader.string(tag, into: &actor)
      case Field.items: try reader.messages(tag, into: &items)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(ref, field: Field.ref)
    writer.string(reason, field: Field.reason)
    writer.string(actor, field: Field.actor)
    writer.messages(items, field: Field.items)
  }
}

public import Wire

/// `inventory.v1.AdjustStockResponse`. Answers `AdjustStock`.
public struct AdjustStockResponse: WireMessage, Equatable {
  /// False when this very change had been applied before.
  public var applied = false
  /// The figures as they are now, in the order sent.
  public var items: [StockFigure] = []
  private enum Field { static let applied = 1, items = 2 }

  public init() {}

  public init(applied: Bool = false, items: [StockFigure] = []) {
    self.applied = applied
    self.items = items
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.applied: try reader.bool(tag, into: &applied)
      case Field.items: try reader.messages(tag, into: &items)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.bool(applied, field: Field.applied)
    writer.messages(items, field: Field.items)
  }
}

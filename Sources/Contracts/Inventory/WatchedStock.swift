public import Wire

/// `inventory.v1.WatchedStock`. The figures of one SKU, and whether it became low or ceased to be.
public struct WatchedStock: WireMessage, Equatable {
  public var figure: StockFigure?
  /// Whether `available` passed `lowMark`, up or down, since the last message about this SKU.
  public var crossedLowMark = false
  private enum Field { static let figure = 1, crossedLowMark = 2 }

  public init() {}

  public init(figure: StockFigure? = nil, crossedLowMark: Bool = false) {
    self.figure = figure
    self.crossedLowMark = crossedLowMark
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.figure: try reader.message(tag, into: &figure)
      case Field.crossedLowMark: try reader.bool(tag, into: &crossedLowMark)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.message(figure, field: Field.figure)
    writer.bool(crossedLowMark, field: Field.crossedLowMark)
  }
}

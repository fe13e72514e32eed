public import Wire

/// `inventory.v1.ListStockResponse`. Stock by ascending SKU.
public struct ListStockResponse: WireMessage, Equatable {
  public var items: [StockFigure] = []
  /// Empty when there are no more.
  public var nextPageToken = ""
  private enum Field {
    static let items = 1, nextPageToken = 2
  }

  public init() {}

  public init(items: [StockFigure] = [], nextPageToken: String = "") {
    self.items = items
    self.nextPageToken = nextPageToken
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.items: try reader.messages(tag, into: &items)
      case Field.nextPageToken: try reader.string(tag, into: &nextPageToken)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(items, field: Field.items)
    writer.string(nextPageToken, field: Field.nextPageToken)
  }
}

public import Wire

/// `inventory.v1.ListStockRequest`. Asks for a page of all stock.
public struct ListStockRequest: WireMessage, Equatable {
  /// Most to answer: 0 means 50, more than 500 means 500.
  public var pageSize: Int32 = 0
  /// `nextPageToken` of the page before; empty for the first page.
  public var pageToken = ""
  private enum Field {
    static let pageSize = 1, pageToken = 2
  }

  public init() {}

  public init(pageSize: Int32 = 0, pageToken: String = "") {
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.pageSize: try reader.int32(tag, into: &pageSize)
      case Field.pageToken: try reader.string(tag, into: &pageToken)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.int32(pageSize, field: Field.pageSize)
    writer.string(pageToken, field: Field.pageToken)
  }
}

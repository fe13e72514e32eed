public import Wire

/// `orders.v1.ListOrdersResponse`. Orders, newest first.
public struct ListOrdersResponse: WireMessage, Equatable {
  public var orders: [Order] = []
  /// Empty when there are no more.
  public var nextPageToken = ""
  private enum Field {
    static let orders = 1, nextPageToken = 2
  }

  public init() {}

  public init(orders: [Order] = [], nextPageToken: String = "") {
    self.orders = orders
    self.nextPageToken = nextPageToken
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orders: try reader.messages(tag, into: &orders)
      case Field.nextPageToken: try reader.string(tag, into: &nextPageToken)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(orders, field: Field.orders)
    writer.string(nextPageToken, field: Field.nextPageToken)
  }
}

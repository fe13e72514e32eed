public import Wire

/// `orders.v1.ListOrdersRequest`. Asks for a page of a customer's orders.
public struct ListOrdersRequest: WireMessage, Equatable {
  public var customerID = ""
  /// Only orders that stand there; `unspecified` is all.
  public var status = OrderStatus.unspecified
  /// Only orders placed at or after this time,
  public var from: Timestamp?
  /// and before this one.
  public var to: Timestamp?
  /// Most to answer: 0 means 50, more than 500 means 500.
  public var pageSize: Int32 = 0
  /// `nextPageToken` of the page before; empty for the first page.
  public var pageToken = ""
  private enum Field {
    static let customerID = 1, status = 2, from = 3, to = 4, pageSize = 5, pageToken = 6
  }

  public init() {}

  public init(
    customerID: String = "", status: OrderStatus = .unspecified, from: Timestamp? = nil,
    to: Timestamp? = nil, pageSize: Int32 = 0, pageToken: String = ""
  ) {
    self.customerID = customerID
    self.status = status
    self.from = from
    self.to = to
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.customerID: try reader.string(tag, into: &customerID)
      case Field.status: try reader.enumeration(tag, into: &status)
      case Field.from: try reader.message(tag, into: &from)
      case Field.to: try reader.message(tag, into: &to)
      case Field.pageSize: try reader.int32(tag, into: &pageSize)
      case Field.pageToken: try reader.string(tag, into: &pageToken)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(customerID, field: Field.customerID)
    writer.enumeration(status, field: Field.status)
    writer.message(from, field: Field.from)
    writer.message(to, field: Field.to)
    writer.int32(pageSize, field: Field.pageSize)
    writer.string(pageToken, field: Field.pageToken)
  }
}

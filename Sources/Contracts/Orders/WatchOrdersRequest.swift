public import Wire

/// `orders.v1.WatchOrdersRequest`. Says from where on a caller wants to hear of orders.
public struct WatchOrdersRequest: WireMessage, Equatable {
  /// `resumeToken` of the last message heard; empty for a first watch.
  public var resumeToken = ""
  /// Without a token: only what is committed from now on, instead of all there ever was.
  public var newOnly = false
  private enum Field { static let resumeToken = 1, newOnly = 2 }

  public init() {}

  public init(resumeToken: String = "", newOnly: Bool = false) {
    self.resumeToken = resumeToken
    self.newOnly = newOnly
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.resumeToken: try reader.string(tag, into: &resumeToken)
      case Field.newOnly: try reader.bool(tag, into: &newOnly)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(resumeToken, field: Field.resumeToken)
    writer.bool(newOnly, field: Field.newOnly)
  }
}

public import Wire

/// `orders.v1.ResolveOrdersResponse`. Answers `ResolveOrders`, one for each id asked.
public struct ResolveOrdersResponse: WireMessage, Equatable {
  public var resolutions: [OrderResolution] = []
  private enum Field { static let resolutions = 1 }

  public init() {}

  public init(resolutions: [OrderResolution]) {
    self.resolutions = resolutions
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.resolutions: try reader.messages(tag, into: &resolutions)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(resolutions, field: Field.resolutions)
  }
}

public import Wire

/// `inventory.v1.WatchStockRequest`. Says whose stock a caller wants to follow.
public struct WatchStockRequest: WireMessage, Equatable {
  /// At most 1000; none is every SKU there is or will be.
  public var skus: [String] = []
  private enum Field { static let skus = 1 }

  public init() {}

  public init(skus: [String]) {
    self.skus = skus
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.skus: try reader.strings(tag, into: &skus)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.strings(skus, field: Field.skus)
  }
}

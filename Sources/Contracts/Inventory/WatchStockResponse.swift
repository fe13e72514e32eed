public import Wire

/// `inventory.v1.WatchStockResponse`. Tells a watcher figures that it does not know yet.
public struct WatchStockResponse: WireMessage, Equatable {
  /// Each SKU once.
  public var items: [WatchedStock] = []
  /// Set in one message, the last of the snapshot that comes first.
  public var endsSnapshot = false
  private enum Field { static let items = 1, endsSnapshot = 2 }

  public init() {}

  public init(items: [WatchedStock] = [], endsSnapshot: Bool = false) {
    self.items = items
    self.endsSnapshot = endsSnapshot
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.items: try reader.messages(tag, into: &items)
      case Field.endsSnapshot: try reader.bool(tag, into: &endsSnapshot)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(items, field: Field.items)
    writer.bool(endsSnapshot, field: Field.endsSnapshot)
  }
}

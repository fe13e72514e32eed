public import Wire

/// `inventory.v1.ReserveStockRequest`. Asks for 1 to 1000 holds.
public struct ReserveStockRequest: WireMessage, Equatable {
  public var holds: [Hold] = []
  /// Orders that were confirmed since the last call; their holds are final.
  public var committedIDs: [String] = []
  private enum Field { static let holds = 1, committedIDs = 2 }

  public init() {}

  public init(holds: [Hold] = [], committedIDs: [String] = []) {
    self.holds = holds
    self.committedIDs = committedIDs
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.holds: try reader.messages(tag, into: &holds)
      case Field.committedIDs: try reader.strings(tag, into: &committedIDs)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(holds, field: Field.holds)
    writer.strings(committedIDs, field: Field.committedIDs)
  }
}

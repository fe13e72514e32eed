public import Wire

/// `inventory.v1.CheckStockRequest`. Asks for availability and price of 1 to 1000 lines.
public struct CheckStockRequest: WireMessage, Equatable {
  public var lines: [StockLine] = []
  public var consistency = Consistency.unspecified
  /// How old, in milliseconds, a figure may be: 0 with STRONG, 1 to 60000 with CACHED.
  public var maxAgeMs: Int64 = 0
  private enum Field { static let lines = 1, consistency = 2, maxAgeMs = 3 }

  public init() {}

  public init(
    lines: [StockLine] = [], consistency: Consistency = .unspecified, maxAgeMs: Int64 = 0
  ) {
    self.lines = lines
    self.consistency = consistency
    self.maxAgeMs = maxAgeMs
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.lines: try reader.messages(tag, into: &lines)
      case Field.consistency: try reader.enumeration(tag, into: &consistency)
      case Field.maxAgeMs: try reader.int64(tag, into: &maxAgeMs)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(lines, field: Field.lines)
    writer.enumeration(consistency, field: Field.consistency)
    writer.int64(maxAgeMs, field: Field.maxAgeMs)
  }
}

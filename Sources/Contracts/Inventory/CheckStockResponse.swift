public import Wire

/// `inventory.v1.CheckStockResponse`. Answers `CheckStock`.
public struct CheckStockResponse: WireMessage, Equatable {
  /// One for each line asked, in the order asked.
  public var lines: [StockAnswer] = []
  /// How old the oldest figure was, in milliseconds, when the request came; 0 with STRONG.
  public var ageMs: Int64 = 0
  private enum Field { static let lines = 1, ageMs = 2 }

  public init() {}

  public init(lines: [StockAnswer] = [], ageMs: Int64 = 0) {
    self.lines = lines
    self.ageMs = ageMs
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.lines: try reader.messages(tag, into: &lines)
      case Field.ageMs: try reader.int64(tag, into: &ageMs)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(lines, field: Field.lines)
    writer.int64(ageMs, field: Field.ageMs)
  }
}

public import Wire

/// `inventory.v1.ReserveStockResponse`. Answers `ReserveStock`.
public struct ReserveStockResponse: WireMessage, Equatable {
  /// One for each hold, in the order sent.
  public var outcomes: [HoldOutcome] = []
  private enum Field { static let outcomes = 1 }

  public init() {}

  public init(outcomes: [HoldOutcome] = []) {
    self.outcomes = outcomes
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.outcomes: try reader.messages(tag, into: &outcomes)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(outcomes, field: Field.outcomes)
  }
}

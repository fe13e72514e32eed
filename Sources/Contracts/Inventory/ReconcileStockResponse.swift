public import Wire

/// `inventory.v1.ReconcileStockResponse`. Answers `ReconcileStock`, from one snapshot.
public struct ReconcileStockResponse: WireMessage, Equatable {
  public var violations: [StockViolation] = []
  public var truncated = false
  public var skusChecked: Int64 = 0
  public var holdsChecked: Int64 = 0
  private enum Field { static let violations = 1, truncated = 2, skusChecked = 3, holdsChecked = 4 }

  public init() {}

  public init(
    violations: [StockViolation] = [], truncated: Bool = false,
    skusChecked: Int64 = 0, holdsChecked: Int64 = 0
  ) {
    self.violations = violations
    self.truncated = truncated
    self.skusChecked = skusChecked
    self.holdsChecked = holdsChecked
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.violations: try reader.messages(tag, into: &violations)
      case Field.truncated: try reader.bool(tag, into: &truncated)
      case Field.skusChecked: try reader.int64(tag, into: &skusChecked)
      case Field.holdsChecked: try reader.int64(tag, into: &holdsChecked)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(violations, field: Field.violations)
    writer.bool(truncated, field: Field.truncated)
    writer.int64(skusChecked, field: Field.skusChecked)
    writer.int64(holdsChecked, field: Field.holdsChecked)
  }
}

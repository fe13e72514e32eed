public import Wire

/// `inventory.v1.StockViolation`. A row that breaks an equation.
public struct StockViolation: WireMessage, Equatable {
  public var equation = ""
  public var sku = ""
  public var orderID = ""
  public var expected: Int64 = 0
  public var found: Int64 = 0
  private enum Field { static let equation = 1, sku = 2, orderID = 3, expected = 4, found = 5 }

  public init() {}

  public init(
    equation: String = "", sku: String = "",
    orderID: String = "", expected: Int64 = 0,
    found: Int64 = 0
  ) {
    self.equation = equation
    self.sku = sku
    self.orderID = orderID
    self.expected = expected
    self.found = found
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.equation: try reader.string(tag, into: &equation)
      case Field.sku: try reader.string(tag, into: &sku)
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.expected: try reader.int64(tag, into: &expected)
      case Field.found: try reader.int64(tag, into: &found)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(equation, field: Field.equation)
    writer.string(sku, field: Field.sku)
    writer.string(orderID, field: Field.orderID)
    writer.int64(expected, field: Field.expected)
    writer.int64(found, field: Field.found)
  }
}

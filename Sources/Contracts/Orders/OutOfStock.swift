public import RPC
public import Wire

/// `orders.v1.OutOfStock`. Detail of OUT_OF_STOCK: every line that could not be served, in the
/// order of the request.
public struct OutOfStock: DetailMessage, Equatable {
  public static var typeURL: String { "type.googleapis.com/orders.v1.OutOfStock" }

  public var lines: [ShortLine] = []
  private enum Field { static let lines = 1 }

  public init() {}

  public init(lines: [ShortLine] = []) {
    self.lines = lines
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.lines: try reader.messages(tag, into: &lines)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(lines, field: Field.lines)
  }
}

public import Wire

/// `google.rpc.BadRequest`: which fields of a request are wrong. (google/rpc/error_details.proto)
public struct BadRequest: DetailMessage, Equatable {
  public static var typeURL: String { "type.googleapis.com/google.rpc.BadRequest" }

  public var fieldViolations: [FieldViolation] = []
  private enum Field { static let fieldViolations = 1 }

  public struct FieldViolation: WireMessage, Equatable {
    /// Path of the field, for example `lines[2].quantity`.
    public var field = ""
    public var description = ""
    private enum Field { static let field = 1, description = 2 }

    public init() {}

    public init(field: String, description: String) {
      self.field = field
      self.description = description
    }

    public mutating func merge(from reader: inout WireReader) throws(WireError) {
      while let tag = try reader.nextTag() {
        switch tag.field {
        case Field.field: try reader.string(tag, into: &field)
        case Field.description: try reader.string(tag, into: &description)
        default: try reader.skip(tag)
        }
      }
    }

    public func write(to writer: inout WireWriter) {
      writer.string(field, field: Field.field)
      writer.string(description, field: Field.description)
    }
  }

  public init() {}

  public init(_ fieldViolations: [FieldViolation]) {
    self.fieldViolations = fieldViolations
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.fieldViolations: try reader.messages(tag, into: &fieldViolations)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(fieldViolations, field: Field.fieldViolations)
  }
}

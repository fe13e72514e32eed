public import Wire

/// `google.rpc.PreconditionFailure`: what the state of the system does not allow.
/// (google/rpc/error_details.proto)
public struct PreconditionFailure: DetailMessage, Equatable {
  public static var typeURL: String { "type.googleapis.com/google.rpc.PreconditionFailure" }

  public var violations: [Violation] = []
  private enum Field { static let violations = 1 }

  public struct Violation: WireMessage, Equatable {
    public var type = ""
    public var subject = ""
    public var description = ""
    private enum Field { static let type = 1, subject = 2, description = 3 }

    public init() {}

    public init(type: String, subject: String, description: String) {
      self.type = type
      self.subject = subject
      self.description = description
    }

    public mutating func merge(from reader: inout WireReader) throws(WireError) {
      while let tag = try reader.nextTag() {
        switch tag.field {
        case Field.type: try reader.string(tag, into: &type)
        case Field.subject: try reader.string(tag, into: &subject)
        case Field.description: try reader.string(tag, into: &description)
        default: try reader.skip(tag)
        }
      }
    }

    public func write(to writer: inout WireWriter) {
      writer.string(type, field: Field.type)
      writer.string(subject, field: Field.subject)
      writer.string(description, field: Field.description)
    }
  }

  public init() {}

  public init(_ violations: [Violation]) {
    self.violations = violations
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.violations: try reader.messages(tag, into: &violations)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(violations, field: Field.violations)
  }
}

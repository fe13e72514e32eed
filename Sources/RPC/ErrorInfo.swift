public import Wire

/// `google.rpc.ErrorInfo`: why, in a form a program can act on. (google/rpc/error_details.proto)
public struct ErrorInfo: DetailMessage, Equatable {
  public static var typeURL: String { "type.googleapis.com/google.rpc.ErrorInfo" }

  /// UPPER_SNAKE_CASE, unique within the domain.
  public var reason = ""
  public var domain = ""
  public var metadata: [String: String] = [:]
  private enum Field { static let reason = 1, domain = 2, metadata = 3 }

  public init() {}

  public init(reason: String, domain: String, metadata: [String: String] = [:]) {
    self.reason = reason
    self.domain = domain
    self.metadata = metadata
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.reason: try reader.string(tag, into: &reason)
      case Field.domain: try reader.string(tag, into: &domain)
      case Field.metadata: try reader.map(tag, into: &metadata)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(reason, field: Field.reason)
    writer.string(domain, field: Field.domain)
    writer.map(metadata, field: Field.metadata)
  }
}

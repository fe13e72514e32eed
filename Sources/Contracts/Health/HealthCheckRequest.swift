public import Wire

/// `grpc.health.v1.HealthCheckRequest`. Asks whether a service can be used.
public struct HealthCheckRequest: WireMessage, Equatable {
  /// Full name of the service; "" is the server as a whole.
  public var service = ""
  private enum Field { static let service = 1 }

  public init() {}

  public init(service: String) {
    self.service = service
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.service: try reader.string(tag, into: &service)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(service, field: Field.service)
  }
}

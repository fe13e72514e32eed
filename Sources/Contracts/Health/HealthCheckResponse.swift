public import Wire

/// `grpc.health.v1.HealthCheckResponse`. Answers `Check`.
public struct HealthCheckResponse: WireMessage, Equatable {
  public var status = ServingStatus.unknown
  private enum Field { static let status = 1 }

  public init() {}

  public init(status: ServingStatus) {
    self.status = status
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.status: try reader.enumeration(tag, into: &status)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.enumeration(status, field: Field.status)
  }
}

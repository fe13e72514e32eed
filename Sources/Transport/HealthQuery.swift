internal import Wire

/// `grpc.health.v1.HealthCheckRequest`, of which a balancer needs no more than the name.
struct HealthQuery: WireMessage {
  var service = ""

  init() {}

  init(service: String) { self.service = service }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &service)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.string(service, field: 1) }
}

internal import Wire

/// `grpc.health.v1.HealthCheckResponse`.
struct HealthAnswer: WireMessage {
  var status: Int32 = 0

  init() {}

  var isServing: Bool { status == 1 }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.int32(tag, into: &status)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.int32(status, field: 1) }
}

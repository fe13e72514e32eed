internal import Wire

/// `google.rpc.Status`, which is what `grpc-status-details-bin` holds.
struct StatusDetails: WireMessage, Equatable {
  var code: Int32 = 0
  var message = ""
  var details: [AnyDetail] = []
  private enum Field { static let code = 1, message = 2, details = 3 }

  init() {}

  init(_ error: RPCError) {
    code = Int32(truncatingIfNeeded: error.code.rawValue)
    message = error.message
    details = error.details
  }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.code: try reader.int32(tag, into: &code)
      case Field.message: try reader.string(tag, into: &message)
      case Field.details: try reader.messages(tag, into: &details)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.int32(code, field: Field.code)
    writer.string(message, field: Field.message)
    writer.messages(details, field: Field.details)
  }
}

import RPC
import Wire

// The messages of gRPC's interop test service, as far as its cases use them.
// (grpc/grpc-proto, grpc/testing/messages.proto)

struct Empty: WireMessage, Equatable {
  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() { try reader.skip(tag) }
  }

  func write(to writer: inout WireWriter) {}
}

struct BoolValue: WireMessage, Equatable {
  var value = false

  init() {}

  init(_ value: Bool) { self.value = value }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.bool(tag, into: &value)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.bool(value, field: 1) }
}

struct Payload: WireMessage, Equatable {
  var body: [UInt8] = []

  init() {}

  init(size: Int) { body = Array(repeating: 0, count: size) }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 2: try reader.bytes(tag, into: &body)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.bytes(body, field: 2) }
}

struct EchoStatus: WireMessage, Equatable {
  var code: Int32 = 0
  var message = ""

  init() {}

  init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.int32(tag, into: &code)
      case 2: try reader.string(tag, into: &message)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.int32(code, field: 1)
    writer.string(message, field: 2)
  }
}

struct SimpleRequest: WireMessage, Equatable {
  var responseSize: Int32 = 0
  var payload: Payload?
  var responseCompressed: BoolValue?
  var responseStatus: EchoStatus?
  var expectCompressed: BoolValue?
  var fillServerID = false

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 2: try reader.int32(tag, into: &responseSize)
      case 3: try reader.message(tag, into: &payload)
      case 6: try reader.message(tag, into: &responseCompressed)
      case 7: try reader.message(tag, into: &responseStatus)
      case 8: try reader.message(tag, into: &expectCompressed)
      case 9: try reader.bool(tag, into: &fillServerID)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.int32(responseSize, field: 2)
    writer.message(payload, field: 3)
    writer.message(responseCompressed, field: 6)
    writer.message(responseStatus, field: 7)
    writer.message(expectCompressed, field: 8)
    writer.bool(fillServerID, field: 9)
  }
}

struct SimpleResponse: WireMessage, Equatable {
  var payload: Payload?
  var serverID = ""

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.message(tag, into: &payload)
      case 4: try reader.string(tag, into: &serverID)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.message(payload, field: 1)
    writer.string(serverID, field: 4)
  }
}

struct StreamingOutputCallResponse: WireMessage, Equatable {
  var payload: Payload?

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.message(tag, into: &payload)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.message(payload, field: 1) }
}

struct StreamingInputCallRequest: WireMessage, Equatable {
  var payload: Payload?
  var expectCompressed: BoolValue?

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.message(tag, into: &payload)
      case 2: try reader.message(tag, into: &expectCompressed)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.message(payload, field: 1)
    writer.message(expectCompressed, field: 2)
  }
}

struct StreamingInputCallResponse: WireMessage, Equatable {
  var aggregatedPayloadSize: Int32 = 0

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.int32(tag, into: &aggregatedPayloadSize)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.int32(aggregatedPayloadSize, field: 1) }
}

struct ResponseParameters: WireMessage, Equatable {
  var size: Int32 = 0
  var intervalMicroseconds: Int32 = 0
  var compressed: BoolValue?

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.int32(tag, into: &size)
      case 2: try reader.int32(tag, into: &intervalMicroseconds)
      case 3: try reader.message(tag, into: &compressed)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.int32(size, field: 1)
    writer.int32(intervalMicroseconds, field: 2)
    writer.message(compressed, field: 3)
  }
}

struct StreamingOutputCallRequest: WireMessage, Equatable {
  var responseParameters: [ResponseParameters] = []
  var payload: Payload?
  var responseStatus: EchoStatus?

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 2: try reader.messages(tag, into: &responseParameters)
      case 3: try reader.message(tag, into: &payload)
      case 7: try reader.message(tag, into: &responseStatus)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.messages(responseParameters, field: 2)
    writer.message(payload, field: 3)
    writer.message(responseStatus, field: 7)
  }
}

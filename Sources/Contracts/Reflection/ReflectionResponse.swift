public import Wire

/// `grpc.reflection.v1.ServerReflectionResponse`. Answers one request, which it repeats.
public struct ReflectionResponse: WireMessage, Equatable {
  public enum Answer: Equatable, Sendable {
    /// A file and everything it imports, each a FileDescriptorProto.
    case files([[UInt8]])
    case services([String])
    /// A gRPC status code, and what it is about.
    case failure(code: Int32, message: String)
  }

  public var validHost = ""
  public var originalRequest: ReflectionRequest?
  public var answer: Answer?

  private enum Field {
    static let validHost = 1
    static let originalRequest = 2
    static let files = 4
    static let services = 6
    static let failure = 7
  }

  public init() {}

  public init(_ answer: Answer, to request: ReflectionRequest) {
    validHost = request.host
    originalRequest = request
    self.answer = answer
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.validHost: try reader.string(tag, into: &validHost)
      case Field.originalRequest: try reader.message(tag, into: &originalRequest)
      case Field.files:
        // The same member again is merged; another one takes its place.
        var part: FileList?
        if case .files(let before) = answer { part = FileList(files: before) }
        try reader.message(tag, into: &part)
        if let part { answer = .files(part.files) }
      case Field.services:
        var part: ServiceList?
        if case .services(let before) = answer {
          part = ServiceList(services: before.map { ServiceName(name: $0) })
        }
        try reader.message(tag, into: &part)
        if let part { answer = .services(part.services.map(\.name)) }
      case Field.failure:
        var part: FailureText?
        if case .failure(let code, let message) = answer {
          part = FailureText(code: code, message: message)
        }
        try reader.message(tag, into: &part)
        if let part { answer = .failure(code: part.code, message: part.message) }
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(validHost, field: Field.validHost)
    writer.message(originalRequest, field: Field.originalRequest)
    switch answer {
    case .files(let files): writer.message(Optional(FileList(files: files)), field: Field.files)
    case .services(let names):
      let list = ServiceList(services: names.map { ServiceName(name: $0) })
      writer.message(Optional(list), field: Field.services)
    case .failure(let code, let message):
      writer.message(
        Optional(FailureText(code: code, message: message)), field: Field.failure)
    case nil: break
    }
  }
}

/// `FileDescriptorResponse`.
private struct FileList: WireMessage {
  var files: [[UInt8]] = []

  init() {}
  init(files: [[UInt8]]) { self.files = files }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.byteArrays(tag, into: &files)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.byteArrays(files, field: 1) }
}

/// `ListServiceResponse`.
private struct ServiceList: WireMessage {
  var services: [ServiceName] = []

  init() {}
  init(services: [ServiceName]) { self.services = services }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.messages(tag, into: &services)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.messages(services, field: 1) }
}

/// `ServiceResponse`.
private struct ServiceName: WireMessage {
  var name = ""

  init() {}
  init(name: String) { self.name = name }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &name)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) { writer.string(name, field: 1) }
}

/// `ErrorResponse`.
private struct FailureText: WireMessage {
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

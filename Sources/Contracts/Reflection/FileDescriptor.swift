internal import RPC
public import Wire

/// What reflection has to know of a .proto file: its bytes as protoc made them, and which names are
/// in it. (`google.protobuf.FileDescriptorProto`)
public struct FileDescriptor: Sendable {
  /// As other files import it, for example `orders/v1/orders.proto`.
  public let name: String
  public let bytes: [UInt8]
  public let dependencies: [String]
  /// Full names of all services, methods, messages, enumerations and fields in it.
  public let symbols: [String]

  /// - Parameter bytes: a FileDescriptorProto.
  public init(_ bytes: [UInt8]) throws(WireError) {
    let outline = try FileOutline(wireBytes: bytes)
    self.bytes = bytes
    name = outline.name
    dependencies = outline.dependencies
    let package = outline.package.isEmpty ? "" : outline.package + "."
    symbols =
      outline.messages.flatMap { $0.symbols(in: package) }
      + outline.enums.map { package + $0.name }
      + outline.services.flatMap { service in
        [package + service.name] + service.members.map { "\(package)\(service.name).\($0)" }
      }
  }

  /// The files our own services are described by.
  public static let own: [FileDescriptor] = DescribedFiles.all.compactMap { text in
    guard let set = Base64.decode(Array(text.utf8)[...]),
      let files = try? FileSet(wireBytes: set).files, let file = files.first
    else { return nil }
    return try? FileDescriptor(file)
  }
}

/// `FileDescriptorSet`, its files left as bytes.
private struct FileSet: WireMessage {
  var files: [[UInt8]] = []

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

/// The names in a FileDescriptorProto. It is only read: writing it would lose all the rest.
private struct FileOutline: WireMessage {
  var name = ""
  var package = ""
  var dependencies: [String] = []
  var messages: [TypeOutline] = []
  var enums: [TypeOutline] = []
  var services: [TypeOutline] = []

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &name)
      case 2: try reader.string(tag, into: &package)
      case 3: try reader.strings(tag, into: &dependencies)
      case 4: try reader.messages(tag, into: &messages)
      case 5: try reader.messages(tag, into: &enums)
      case 6: try reader.messages(tag, into: &services)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {}
}

/// A message, an enumeration or a service: all three have their name first and their members
/// second.
private struct TypeOutline: WireMessage {
  var name = ""
  /// Fields of a message, methods of a service.
  var members: [String] = []
  var nested: [TypeOutline] = []
  var enums: [TypeOutline] = []

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &name)
      case 2:
        var member: NameOutline?
        try reader.message(tag, into: &member)
        if let member { members.append(member.name) }
      case 3: try reader.messages(tag, into: &nested)
      case 4: try reader.messages(tag, into: &enums)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {}

  func symbols(in scope: String) -> [String] {
    let own = scope + name
    return [own] + members.map { "\(own).\($0)" } + enums.map { "\(own).\($0.name)" }
      + nested.flatMap { $0.symbols(in: own + ".") }
  }
}

private struct NameOutline: WireMessage {
  var name = ""

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &name)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {}
}

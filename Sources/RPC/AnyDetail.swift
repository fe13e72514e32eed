public import Wire

/// A message that can be a detail of an error.
public protocol DetailMessage: WireMessage {
  /// How `Any` names it: `type.googleapis.com/` and its full protobuf name. A literal, which costs
  /// nothing to make; put together, it would be made anew for each refusal.
  static var typeURL: String { get }
}

/// `google.protobuf.Any`: one detail, still as bytes. Types nobody here knows stay as they are.
public struct AnyDetail: WireMessage, Equatable {
  public var typeURL = ""
  public var value: [UInt8] = []
  private enum Field { static let typeURL = 1, value = 2 }

  public init() {}

  public init<Message: DetailMessage>(_ message: Message) {
    typeURL = Message.typeURL
    value = message.wireBytes
  }

  /// The message inside; nil when it is of another type or does not decode.
  public func unpack<Message: DetailMessage>(_ type: Message.Type) -> Message? {
    guard typeURL == Message.typeURL else { return nil }
    return try? Message(wireBytes: value)
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.typeURL: try reader.string(tag, into: &typeURL)
      case Field.value: try reader.bytes(tag, into: &value)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(typeURL, field: Field.typeURL)
    writer.bytes(value, field: Field.value)
  }
}

extension RPCError {
  /// The first detail of a type.
  public func detail<Message: DetailMessage>(_ type: Message.Type) -> Message? {
    for detail in details {
      if let message = detail.unpack(type) { return message }
    }
    return nil
  }
}

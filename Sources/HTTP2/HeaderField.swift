/// One header field to send. Names are lower case, as HTTP/2 has them. (RFC 9113 §8.2.1)
///
/// A part made of a `StaticString` is handed to nghttp2 as a pointer into the program's constants:
/// it is neither copied nor counted. A part made of bytes is copied once, on submission. So keep
/// headers that never change in constants, and lists of them in `static let` arrays.
public struct HeaderField: Sendable {
  enum Text: Sendable {
    case constant(StaticString)
    case bytes([UInt8])

    init(_ text: StaticString) {
      // A single scalar may be stored in place of a pointer; such a string has nothing to point to.
      self = text.hasPointerRepresentation ? .constant(text) : .bytes(Array(text.description.utf8))
    }

    var byteCount: Int {
      switch self {
      case .constant(let text): text.utf8CodeUnitCount
      case .bytes(let bytes): bytes.count
      }
    }

    var copiedBytes: Int {
      if case .bytes(let bytes) = self { return bytes.count }
      return 0
    }
  }

  let name: Text
  let value: Text
  /// Whether HPACK may remember the field. Values that are new in every call (a timeout, a message)
  /// would push the useful ones out of the table.
  let isIndexed: Bool

  /// What the field counts in a header list: name, value and 32. (RFC 9113 §6.5.2)
  public var listBytes: Int { name.byteCount + value.byteCount + 32 }

  /// Bytes that submission has to copy.
  var copiedBytes: Int { name.copiedBytes + value.copiedBytes }

  public init(_ name: StaticString, _ value: StaticString) {
    self.name = Text(name)
    self.value = Text(value)
    self.isIndexed = true
  }

  public init(_ name: StaticString, _ value: [UInt8], isIndexed: Bool = true) {
    self.name = Text(name)
    self.value = .bytes(value)
    self.isIndexed = isIndexed
  }

  public init(_ name: [UInt8], _ value: [UInt8], isIndexed: Bool = true) {
    self.name = .bytes(name)
    self.value = .bytes(value)
    self.isIndexed = isIndexed
  }
}

extension [HeaderField] {
  /// What the fields count in a header list.
  public var listBytes: Int { reduce(0) { $0 + $1.listBytes } }
}

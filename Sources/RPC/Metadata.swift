/// What travels beside a call's messages: names and values, in the order they were added.
///
/// Names are lower case; a name may come more than once. Values of `-bin` names are bytes and go
/// over the wire as base64, all others are printable ASCII. (PROTOCOL-HTTP2, Custom-Metadata)
public struct Metadata: Equatable, Sendable {
  public enum Value: Equatable, Sendable {
    case text(String)
    case bytes([UInt8])
  }

  public struct Entry: Equatable, Sendable {
    public let name: String
    public let value: Value
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  public var isEmpty: Bool { entries.isEmpty }

  /// Adds text under `name`; spaces at either end are dropped, as every peer would drop them.
  public mutating func add(_ name: String, _ value: String) throws(MetadataError) {
    try Self.check(name)
    guard !name.hasSuffix("-bin") else { throw MetadataError(.valueKindWrong, name: name) }
    guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw MetadataError(.valueNotASCII, name: name)
    }
    entries.append(Entry(name: name, value: .text(Self.trimmed(value))))
  }

  /// Adds bytes under `name`, which ends in `-bin`.
  public mutating func add(_ name: String, binary value: [UInt8]) throws(MetadataError) {
    try Self.check(name)
    guard name.hasSuffix("-bin") else { throw MetadataError(.valueKindWrong, name: name) }
    entries.append(Entry(name: name, value: .bytes(value)))
  }

  /// Adds all entries of `other` behind those that are here.
  public mutating func append(_ other: Metadata) { entries += other.entries }

  /// The first text under `name`.
  public subscript(first name: String) -> String? {
    for entry in entries where entry.name == name {
      if case .text(let text) = entry.value { return text }
    }
    return nil
  }

  /// The first bytes under `name`.
  public subscript(firstBinary name: String) -> [UInt8]? {
    for entry in entries where entry.name == name {
      if case .bytes(let bytes) = entry.value { return bytes }
    }
    return nil
  }

  /// Every text under `name`, in order.
  public func values(_ name: String) -> [String] {
    entries.compactMap { entry in
      guard entry.name == name, case .text(let text) = entry.value else { return nil }
      return text
    }
  }

  /// For what came over the wire and was checked there.
  mutating func append(received name: String, _ value: Value) {
    entries.append(Entry(name: name, value: value))
  }

  private static func trimmed(_ value: String) -> String {
    var bytes = value.utf8[...]
    while bytes.first == 0x20 { bytes = bytes.dropFirst() }
    while bytes.last == 0x20 { bytes = bytes.dropLast() }
    return String(bytes) ?? value
  }

  private static func check(_ name: String) throws(MetadataError) {
    if isReserved(name) { throw MetadataError(.nameReserved, name: name) }
    guard !name.isEmpty, name.utf8.allSatisfy(isNameByte) else {
      throw MetadataError(.nameInvalid, name: name)
    }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Names the runtime sends and reads by itself. An application never sees them, so that a
  /// handler may send back all it received.
  static func isReserved(_ name: String) -> Bool {
    if name.hasPrefix("grpc-") || name.hasPrefix(":") { return true }
    return reserved.contains { name == $0.description }
  }

  static let reserved: [StaticString] = [
    "te", "content-type", "user-agent", "host", "connection", "content-length", "date", "trailer",
    "transfer-encoding", "upgrade", "keep-alive", "proxy-connection",
  ]
}

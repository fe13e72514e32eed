/// A protobuf message that reads and writes itself.
public protocol WireMessage: Sendable {
  /// Every field at its default.
  init()

  /// Takes fields until the reader has none left; what comes twice keeps the last value.
  mutating func merge(from reader: inout WireReader) throws(WireError)

  /// Writes the fields that differ from their defaults, by rising number.
  func write(to writer: inout WireWriter)
}

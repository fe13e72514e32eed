/// A protobuf message that reads and writes itself.
public protocol WireMessage: Sendable {
  /// Every field at its default.
  init()

  /// Takes fields until the reader has none left; what comes twice keeps the last value.
  mutating func merge(from reader: inout WireReader) throws(WireError)

  /// Writes the fields that differ from their defaults, by rising number.
  func write(to writer: inout WireWriter)
}

extension WireMessage {
  @inlinable
  public init(from reader: inout WireReader) throws(WireError) {
    self.init()
    try merge(from: &reader)
  }

  @inlinable
  public init(wireBytes: [UInt8], limits: WireLimits = .standard) throws(WireError) {
    var reader = WireReader(wireBytes.span, limits: limits)
    try self.init(from: &reader)
  }

  @inlinable
  public init(wireSpan: RawSpan, limits: WireLimits = .standard) throws(WireError) {
    var reader = WireReader(wireSpan, limits: limits)
    try self.init(from: &reader)
  }

  /// The message in its one canonical form. A caller that puts something around it uses a
  /// `WireWriter` of its own instead, and saves the copy.
  @inlinable
  public var wireBytes: [UInt8] {
    var writer = WireWriter()
    write(to: &writer)
    return writer.finish()
  }
}

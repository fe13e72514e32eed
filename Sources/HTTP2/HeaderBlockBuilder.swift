/// Collects the fields of the header block that is being received. Header blocks of one connection
/// never interleave (RFC 9113 §4.3), so a session needs one builder, and its buffer is reused.
struct HeaderBlockBuilder {
  static let prefixBytes = 8
  /// What a field costs beyond its bytes in SETTINGS_MAX_HEADER_LIST_SIZE. (RFC 9113 §6.5.2)
  static let fieldOverheadBytes = 32

  private var buffer: [UInt8] = []
  private(set) var count = 0
  /// Σ(name + value + 32) so far.
  private(set) var listBytes = 0

  mutating func removeAll() {
    buffer.removeAll(keepingCapacity: true)
    count = 0
    listBytes = 0
  }

  /// Counts a field against the limits before a byte of it is kept.
  mutating func count(nameBytes: Int, valueBytes: Int) {
    count += 1
    listBytes += nameBytes + valueBytes + Self.fieldOverheadBytes
  }

  mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    // nghttp2 takes no name or value above 65535 bytes, so the lengths fit.
    appendLength(UInt32(truncatingIfNeeded: name.count))
    appendLength(UInt32(truncatingIfNeeded: value.count))
    unsafe buffer.append(contentsOf: name)
    unsafe buffer.append(contentsOf: value)
  }

  private mutating func appendLength(_ length: UInt32) {
    unsafe withUnsafeBytes(of: length) { unsafe buffer.append(contentsOf: $0) }
  }

  /// The block as it stands. Copying leaves the builder its buffer, so that a block costs one
  /// allocation of its exact size.
  func block() -> HeaderBlock {
    HeaderBlock(buffer: unsafe buffer.withUnsafeBytes { unsafe [UInt8]($0) }, count: count)
  }
}

/// Finds the frame headers in the bytes of a connection, however they are cut.
///
/// nghttp2 1.52 calls no hook for unknown frames, for frames of closed streams and for CONTINUATION
/// frames, so what they cost is counted here, beside it and before it.
struct FrameWalker: Sendable {
  /// "PRI * HTTP/2.0 …" comes before a client's first frame. (RFC 9113 §3.4)
  private static let prefaceBytes = 24

  /// Bytes to pass over before the next frame header begins.
  private var payloadLeft: Int
  /// A frame header whose last bytes are in a later read.
  private var partial: UInt64 = 0
  private var partialCount = 0

  init(role: HTTP2Role) {
    payloadLeft = role == .server ? Self.prefaceBytes : 0
  }

  /// Whether the frame found last is all there.
  var isPayloadComplete: Bool { payloadLeft == 0 }

  /// The next frame header that is complete within `bytes`, from `offset` on, which moves behind
  /// it; nil when `bytes` are used up.
  mutating func next(in bytes: borrowing RawSpan, from offset: inout Int) -> FrameHeader? {
    let end = bytes.byteCount
    if payloadLeft > 0 {
      let passed = min(payloadLeft, end - offset)
      payloadLeft -= passed
      offset += passed
      if payloadLeft > 0 { return nil }
    }
    // The header as a big-endian number: its first eight bytes, and the last one apart.
    if partialCount == 0, end - offset >= FrameHeader.bytes {
      let head = unsafe UInt64(
        bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let last = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt8.self)
      offset += FrameHeader.bytes
      return take(head, last)
    }
    while offset < end {
      let byte = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
      offset += 1
      partialCount += 1
      if partialCount == FrameHeader.bytes {
        partialCount = 0
        return take(partial, byte)
      }
      partial = partial << 8 | UInt64(byte)
    }
    return nil
  }

  private mutating func take(_ head: UInt64, _ last: UInt8) -> FrameHeader {
    let header = FrameHeader(
      length: Int(head >> 40),
      type: UInt8(truncatingIfNeeded: head >> 32),
      flags: UInt8(truncatingIfNeeded: head >> 24),
      stream: StreamID(rawValue: Int32((head & 0x7F_FFFF) << 8 | UInt64(last))))
    payloadLeft = header.length
    partial = 0
    return header
  }
}

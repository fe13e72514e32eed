/// The five bytes before each message: flags and a big-endian length.
/// (PROTOCOL-HTTP2, Length-Prefixed-Message)
///
///     byte   0        1   2   3   4
///          +-------+---+---+---+---+
///          | flags |    length     | message …
///          +-------+---+---+---+---+
public enum Envelope {
  public static let byteCount = 5
  /// The longest message that the length can tell.
  public static let messageBytesMax = 4_294_967_295

  /// Throws when a sealed message is longer than its sender may make it.
  /// - Parameter limit: `sendMessageBytesMax`.
  public static func check(_ sealed: [UInt8], limit: Int) throws(RPCError) {
    let count = sealed.count - byteCount
    if count > limit {
      throw RPCError(
        .resourceExhausted,
        "the message to send has \(count) bytes; sendMessageBytesMax is \(limit)")
    }
  }

  /// Fills the first five bytes of `bytes`, which were left free for it, with what follows them.
  public static func seal(_ bytes: inout [UInt8]) {
    guard bytes.count >= byteCount else { return }
    let length = UInt32(truncatingIfNeeded: bytes.count - byteCount)
    bytes[0] = 0
    bytes[1] = UInt8(truncatingIfNeeded: length >> 24)
    bytes[2] = UInt8(truncatingIfNeeded: length >> 16)
    bytes[3] = UInt8(truncatingIfNeeded: length >> 8)
    bytes[4] = UInt8(truncatingIfNeeded: length)
  }

  /// Seals, and compresses the message first if asked to.
  public static func seal(_ bytes: inout [UInt8], isCompressed: Bool) {
    if isCompressed { sealCompressed(&bytes) } else { seal(&bytes) }
  }

  /// The same with the message compressed by gzip; uncompressed when that is not possible.
  @usableFromInline static func sealCompressed(_ bytes: inout [UInt8]) {
    guard bytes.count >= byteCount, let small = Gzip.deflate(bytes[byteCount...]) else {
      return seal(&bytes)
    }
    bytes.replaceSubrange(byteCount..., with: small)
    seal(&bytes)
    bytes[0] = 1
  }
}

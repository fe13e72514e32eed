/// Cuts messages out of a stream's bytes, however they were cut into frames.
///
/// All bytes of a stream go into one contiguous buffer, so that a message sent in single bytes
/// costs no more memory than one sent whole. The length in an envelope is judged as soon as it can
/// be read; nothing is reserved for it.
public struct EnvelopeReader: Sendable {
  /// `receiveMessageBytesMax`.
  let limit: Int
  /// Whether flag 1 may stand in an envelope: the peer named an encoding other than identity.
  private(set) var isCompressionNamed: Bool

  /// What has been received and not yet been cut off.
  public private(set) var buffer: [UInt8] = []
  /// Where in `buffer` the next envelope begins.
  private var start = 0
  /// How many bytes of the stream came before `buffer`.
  private var bytesBefore = 0
  /// Whether the message that `next` gave last came compressed.
  private(set) var isMessageCompressed = false

  public init(limit: Int, isCompressionNamed: Bool = false) {
    self.limit = limit
    self.isCompressionNamed = isCompressionNamed
  }

  public mutating func append(_ bytes: RawSpan) {
    if start > 0, start >= buffer.count - start {
      // What is moved is no more than what is dropped, so a stream of any length moves each of its
      // bytes about once; and a message cut in two never keeps all that came before it.
      bytesBefore += start
      buffer.removeSubrange(..<start)
      start = 0
    }
    unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
  }

  /// Where in `buffer` the next whole message lies; nil until it has come. The range is good until
  /// the next `append`.
  public mutating func next() throws(EnvelopeError) -> Range<Int>? {
    let offset = bytesBefore + start
    let available = buffer.count - start
    guard available > 0 else { return nil }
    let flags = buffer[start]
    guard flags <= 1 else { throw EnvelopeError(reason: .unknownFlags(flags), offset: offset) }
    if flags == 1, !isCompressionNamed {
      throw EnvelopeError(reason: .compressedWithoutEncoding, offset: offset)
    }
    guard available >= Envelope.byteCount else { return nil }
    let length =
      UInt32(buffer[start + 1]) << 24 | UInt32(buffer[start + 2]) << 16
      | UInt32(buffer[start + 3]) << 8 | UInt32(buffer[start + 4])
    guard Int(length) <= limit else {
      throw EnvelopeError(
        reason: .lengthOverLimit(length: length, limit: limit), offset: offset + 1)
    }
    let end = start + Envelope.byteCount + Int(length)
    guard buffer.count >= end else { return nil }
    let message = start + Envelope.byteCount..<end
    start = end
    isMessageCompressed = flags == 1
    return flags == 1 ? try inflate(message) : message
  }

  /// Where in `bytes` the message lies of a stream that has nothing else: one envelope, one
  /// message, not compressed and within the limit. Such a stream need not be kept to be read.
  mutating func only(in bytes: RawSpan) -> Range<Int>? {
    guard buffer.isEmpty, bytesBefore == 0, bytes.byteCount >= Envelope.byteCount,
      unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == 0
    else { return nil }
    let length = UInt32(
      bigEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: UInt32.self))
    guard Int(length) <= limit, bytes.byteCount - Envelope.byteCount == Int(length) else {
      return nil
    }
    bytesBefore = bytes.byteCount
    return Envelope.byteCount..<bytes.byteCount
  }

  /// The message of such a stream, without its envelope.
  mutating func takeOnly(of bytes: RawSpan) -> [UInt8]? {
    guard let message = only(in: bytes) else { return nil }
    return unsafe bytes.extracting(message).withUnsafeBytes { unsafe Array($0) }
  }

  /// How many bytes of the stream have come.
  var receivedBytes: Int { bytesBefore + buffer.count }

  /// Whether a message has begun and not ended.
  var isInsideMessage: Bool { start < buffer.count }

  /// The peer's headers named an encoding.
  mutating func nameCompression() { isCompressionNamed = true }

  /// Puts the inflated message in the place of the compressed one.
  private mutating func inflate(_ message: Range<Int>) throws(EnvelopeError) -> Range<Int> {
    let inflated: [UInt8]
    do throws(Gzip.Failure) {
      inflated = try Gzip.inflate(buffer[message], limit: limit)
    } catch {
      let offset = bytesBefore + message.lowerBound
      switch error {
      case .corrupt: throw EnvelopeError(reason: .corruptCompression, offset: offset)
      case .overLimit:
        throw EnvelopeError(reason: .inflatedOverLimit(limit: limit), offset: offset)
      }
    }
    buffer.replaceSubrange(message, with: inflated)
    // Offsets go on counting the bytes of the stream.
    bytesBefore -= inflated.count - message.count
    start = message.lowerBound + inflated.count
    return message.lowerBound..<start
  }

  /// The bytes of a message, where they lie.
  @_lifetime(borrow self)
  func bytes(of message: Range<Int>) -> RawSpan {
    unsafe buffer.span.bytes.extracting(message)
  }

  /// The stream has ended: whatever is left would have been a message.
  public func finish() throws(EnvelopeError) {
    guard start == buffer.count else {
      throw EnvelopeError(reason: .truncated, offset: bytesBefore + buffer.count)
    }
  }

  /// Forgets everything and keeps the memory.
  mutating func reset() {
    buffer.removeAll(keepingCapacity: true)
    start = 0
    bytesBefore = 0
  }
}

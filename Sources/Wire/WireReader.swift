/// A cursor over the bytes of one message. It cannot outlive them and never reads past them.
///
/// A message reads itself like this; what a switch does not name must be skipped:
///
///     while let tag = try reader.nextTag() {
///       switch tag.field {
///       case Field.sku: try reader.string(tag, into: &sku)
///       default: try reader.skip(tag)
///       }
///     }
///
/// The `into:` readers leave the value alone and skip the field when its wire type is not the one
/// they read: to this reader it is an unknown field, and an earlier value stands.
/// After an error the reader's position means nothing, and it must not be used again.
public struct WireReader: ~Escapable {
  let bytes: Span<UInt8>
  let limits: WireLimits
  /// Index of the next byte; as one reader serves all nested messages, it is what errors report.
  var position = 0
  /// Where the message being read ends: of the top-level one, or of one inside it.
  var end: Int
  /// How many messages and groups are open around the position, the top-level one not counted.
  private var depth = 0
  /// Length-delimited elements met so far.
  private var elements = 0

  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, limits: WireLimits = .standard) {
    self.bytes = bytes
    self.limits = limits
    self.end = bytes.count
  }

  /// A `UInt8` has one byte and no value that it may not hold, so any initialized memory is a span
  /// of them.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, limits: WireLimits = .standard) {
    self.init(unsafe bytes._unsafeView(as: UInt8.self), limits: limits)
  }

  /// The next field of the message being read, or nil at its end.
  public mutating func nextTag() throws(WireError) -> WireTag? {
    guard position < end else { return nil }
    let tag = try readTag()
    if tag.type == .endGroup { throw WireError(reason: .groupUnbalanced, offset: tag.offset) }
    return tag
  }

  /// Steps over the value of a field that nobody here knows.
  public mutating func skip(_ tag: WireTag) throws(WireError) {
    switch tag.type {
    case .varint: _ = try readVarint()
    case .fixed64: _ = try take(8, from: position)
    case .fixed32: _ = try take(4, from: position)
    case .lengthDelimited: _ = try readLength(tag)
    case .startGroup: try skipGroup(tag)
    case .endGroup: throw WireError(reason: .groupUnbalanced, offset: tag.offset)
    }
  }

  /// Steps over everything to the end that goes with `start`. The open groups are kept in an array
  /// rather than on the stack; it exists only for this retired corner of the format.
  private mutating func skipGroup(_ start: WireTag) throws(WireError) {
    var open: [Int] = []
    let depthBefore = depth
    var tag = start
    repeat {
      switch tag.type {
      case .startGroup:
        try descend(tag)
        open.append(tag.field)
      case .endGroup:
        guard open.last == tag.field else {
          throw WireError(reason: .groupUnbalanced, offset: tag.offset)
        }
        open.removeLast()
        depth -= 1
      default:
        try skip(tag)
      }
      if open.isEmpty { break }
      tag = try readTag()
    } while true
    depth = depthBefore
  }

  /// Opens the message a tag announces. The answer is what `leaveMessage` needs to go on with the
  /// message around it.
  @usableFromInline
  mutating func enterMessage(_ tag: WireTag) throws(WireError) -> Int {
    try descend(tag)
    let inner = try readLength(tag)
    let outerEnd = end
    position = inner.lowerBound
    end = inner.upperBound
    return outerEnd
  }

  @usableFromInline
  mutating func leaveMessage(_ outerEnd: Int) {
    position = end
    end = outerEnd
    depth -= 1
  }

  private mutating func descend(_ tag: WireTag) throws(WireError) {
    guard depth < limits.wireDepthMax else {
      throw WireError(
        reason: .depthOverLimit(limit: limits.wireDepthMax), offset: tag.offset)
    }
    depth += 1
  }

  /// Takes a length and steps over what it announces. The length is compared with what remains, as
  /// the unsigned number it is, before anything else is done with it.
  mutating func readLength(_ tag: WireTag) throws(WireError) -> Range<Int> {
    guard elements < limits.wireElementsMax else {
      throw WireError(
        reason: .elementsOverLimit(limit: limits.wireElementsMax), offset: tag.offset)
    }
    elements += 1
    let start = position
    let length = try readVarint()
    guard let count = Int(exactly: length) else {
      throw WireError(reason: .truncated, offset: start)
    }
    return try take(count, from: start)
  }

  /// Steps over `count` bytes; `start` is where what asked for them begins.
  mutating func take(_ count: Int, from start: Int) throws(WireError) -> Range<Int> {
    guard count <= end - position else { throw WireError(reason: .truncated, offset: start) }
    let range = position..<(position + count)
    position += count
    return range
  }

  mutating func readTag() throws(WireError) -> WireTag {
    let start = position
    let first = try readByte(from: start)
    if first < 0x80 { return try tag(UInt32(first), at: start) }
    var value = UInt64(first & 0x7F)
    for index in 1..<WireTag.bytesMax {
      let byte = try readByte(from: start)
      value |= UInt64(byte & 0x7F) &<< UInt64(index * 7)
      if byte < 0x80 {
        guard let number = UInt32(exactly: value) else { break }
        return try tag(number, at: start)
      }
    }
    throw WireError(reason: .tagTooLarge, offset: start)
  }

  private func tag(_ number: UInt32, at start: Int) throws(WireError) -> WireTag {
    let field = number &>> 3
    guard field > 0 else { throw WireError(reason: .fieldNumberZero, offset: start) }
    let bits = UInt8(truncatingIfNeeded: number & 7)
    guard let type = WireType(rawValue: bits) else {
      throw WireError(reason: .wireTypeInvalid(bits), offset: start)
    }
    return WireTag(field: Int(field), type: type, offset: start)
  }

  mutating func readVarint() throws(WireError) -> UInt64 {
    let start = position
    let first = try readByte(from: start)
    if first < 0x80 { return UInt64(first) }
    var value = UInt64(first & 0x7F)
    for index in 1..<Varint.bytesMax {
      let byte = try readByte(from: start)
      // The tenth byte holds the one bit that is left of 64; more would be lost without a word.
      if index == Varint.bytesMax - 1 && byte > 1 { break }
      value |= UInt64(byte & 0x7F) &<< UInt64(index * 7)
      if byte < 0x80 { return value }
    }
    throw WireError(reason: .varintOverlong, offset: start)
  }

  private mutating func readByte(from start: Int) throws(WireError) -> UInt8 {
    guard position < end else { throw WireError(reason: .truncated, offset: start) }
    let byte = bytes[position]
    position += 1
    return byte
  }
}

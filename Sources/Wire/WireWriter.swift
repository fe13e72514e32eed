/// Appends fields to a byte array that it owns. It writes what it is told in the order it is told;
/// a message that names its fields by rising number is canonical.
public struct WireWriter: ~Copyable {
  /// Most messages fit into it, so that most are written with one allocation.
  static let capacityFirst = 256

  private var buffer: [UInt8]

  public init() {
    self.init(reserving: 0)
  }

  /// Leaves `prefix` zero bytes in front of the message, for a caller to patch after `finish()`:
  /// an envelope and its message are then one array, written once.
  public init(reserving prefix: Int) {
    buffer = []
    buffer.reserveCapacity(prefix + Self.capacityFirst)
    for _ in 0..<prefix { buffer.append(0) }
  }

  /// Goes on behind what `buffer` holds, in its memory when nobody else has the array.
  public init(into buffer: consuming [UInt8]) {
    self.buffer = buffer
  }

  /// How many bytes there are so far, prefix included.
  public var count: Int { buffer.count }

  /// Everything written, prefix included.
  public consuming func finish() -> [UInt8] {
    buffer
  }

  /// `field` is a constant of a message's, 1 to 536870911, so its tag is at most 2^32−1.
  mutating func appendTag(_ field: Int, _ type: WireType) {
    appendVarint(UInt64(truncatingIfNeeded: field) &<< 3 | UInt64(type.rawValue))
  }

  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      buffer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    buffer.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func appendFixed<Bits: FixedWidthInteger>(_ bits: Bits) {
    for shift in stride(from: 0, to: Bits.bitWidth, by: 8) {
      buffer.append(UInt8(truncatingIfNeeded: bits &>> Bits(truncatingIfNeeded: shift)))
    }
  }

  mutating func append(_ bytes: some Collection<UInt8>, field: Int) {
    appendTag(field, .lengthDelimited)
    appendVarint(UInt64(truncatingIfNeeded: bytes.count))
    buffer.append(contentsOf: bytes)
  }

  /// Writes a tag and leaves one byte for a length that is not known yet. The answer goes to
  /// `endDelimited`.
  @usableFromInline
  mutating func beginDelimited(_ field: Int) -> Int {
    appendTag(field, .lengthDelimited)
    buffer.append(0)
    return buffer.count
  }

  /// Patches the length of what was written since `start`. One byte is enough below 128; a longer
  /// length moves the content up, which costs less than measuring every message beforehand.
  @usableFromInline
  mutating func endDelimited(_ start: Int) {
    var length = UInt64(truncatingIfNeeded: buffer.count - start)
    if length < 0x80 {
      buffer[start - 1] = UInt8(truncatingIfNeeded: length)
      return
    }
    let extra = (length.bitWidth - length.leadingZeroBitCount + 6) / 7 - 1
    buffer.insert(contentsOf: repeatElement(0, count: extra), at: start)
    for index in (start - 1)..<(start - 1 + extra) {
      buffer[index] = UInt8(truncatingIfNeeded: length) | 0x80
      length &>>= 7
    }
    buffer[start - 1 + extra] = UInt8(truncatingIfNeeded: length)
  }
}

/// Writes JSON (RFC 8259) byte by byte: members in the order of the calls, no white space, and only
/// the escapes that the grammar demands, so that equal values are equal bytes.
struct JSONWriter: Sendable {
  private(set) var bytes: [UInt8] = []
  /// True when a value stands before the cursor in the same object or array.
  private var needsComma = false

  init(capacity: Int = 512) {
    bytes.reserveCapacity(capacity)
  }

  mutating func object(_ members: (inout JSONWriter) throws(BoundError) -> Void) throws(BoundError)
  {
    open(UInt8(ascii: "{"))
    try members(&self)
    close(UInt8(ascii: "}"))
  }

  mutating func array<Element>(
    _ elements: some Sequence<Element>,
    _ write: (inout JSONWriter, Element) throws(BoundError) -> Void
  ) throws(BoundError) {
    open(UInt8(ascii: "["))
    for element in elements { try write(&self, element) }
    close(UInt8(ascii: "]"))
  }

  /// The next value belongs to `name`, which must need no escape.
  mutating func member(_ name: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func member(_ name: String, _ value: String) {
    member(name)
    string(value)
  }

  mutating func member(_ name: String, _ value: Int64) {
    member(name)
    integer(value)
  }

  mutating func string(_ value: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 { append(escaping: byte) }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  mutating func integer(_ value: Int64) {
    separate()
    var magnitude = value.magnitude
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
      magnitude /= 10
    } while magnitude > 0
    bytes[start...].reverse()
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  /// Quote, backslash and the controls below U+0020 are all that must be escaped. (RFC 8259 §7)
  private mutating func append(escaping byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x20...: bytes.append(byte)
    case 0x08: append(escape: "b")
    case 0x09: append(escape: "t")
    case 0x0A: append(escape: "n")
    case 0x0C: append(escape: "f")
    case 0x0D: append(escape: "r")
    default:
      bytes.append(contentsOf: "\\u00".utf8)
      bytes.append(Self.hexDigits[Int(byte >> 4)])
      bytes.append(Self.hexDigits[Int(byte & 0x0F)])
    }
  }

  private mutating func append(escape letter: Unicode.Scalar) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(UInt8(ascii: letter))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}

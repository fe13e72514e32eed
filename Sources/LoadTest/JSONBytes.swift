/// Writes a JSON body (RFC 8259) as bytes: no white space, and only the escapes that the grammar
/// demands.
struct JSONBytes: Sendable {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Braces, commas and names that need no escape.
  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: text.description.utf8)
  }

  mutating func integer(_ value: Int64) { bytes.append(contentsOf: String(value).utf8) }

  mutating func string(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 { append(escaping: byte) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Quote, backslash and the controls below U+0020 are all that must be escaped. (RFC 8259 §7)
  private mutating func append(escaping byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x20...: bytes.append(byte)
    default:
      let digits = String(byte, radix: 16)
      bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
      bytes.append(contentsOf: digits.utf8)
    }
  }
}

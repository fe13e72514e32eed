extension JSONScanner {
  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// What a two-character escape stands for, by its second character. (RFC 8259 §7)
  static func shortEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The text that the inside of a scanned string stands for.
  static func unescape(_ raw: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(raw.count)
    var rest = raw
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
        text.append(byte)
        continue
      }
      if let plain = shortEscape(letter) {
        text.append(plain)
      } else {
        text.append(contentsOf: String(popScalar(&rest)).utf8)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Takes `XXXX`, or `XXXX\uXXXX` for a pair of surrogates. (RFC 8259 §7)
  private static func popScalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar {
    let first = popHexQuad(&rest)
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
    rest = rest.dropFirst(2)
    let second = popHexQuad(&rest)
    let value = 0x10000 &+ ((first &- 0xD800) << 10) &+ (second &- 0xDC00)
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  private static func popHexQuad(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = rest.popFirst(), let digit = HexDigit.value(byte) else { break }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

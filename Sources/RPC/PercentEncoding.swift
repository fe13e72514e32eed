/// How `grpc-message` carries any text in ASCII. (PROTOCOL-HTTP2, Status-Message)
enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Encodes `%`, what is not printable ASCII, and spaces at either end, which header rules strip.
  /// Stops before the character that would pass `limit` encoded bytes, never inside one.
  static func encode(_ text: String, limit: Int = .max) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.count <= limit, isPlain(bytes) { return bytes }
    let last = text.utf8.count - 1
    var encoded: [UInt8] = []
    encoded.reserveCapacity(min(text.utf8.count + 16, limit))
    var position = 0
    for scalar in text.unicodeScalars {
      let before = encoded.count
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        let isEdgeSpace = byte == 0x20 && (position == 0 || position == last)
        if byte == UInt8(ascii: "%") || !(0x20...0x7E).contains(byte) || isEdgeSpace {
          encoded.append(UInt8(ascii: "%"))
          encoded.append(digits[Int(byte >> 4)])
          encoded.append(digits[Int(byte & 15)])
        } else {
          encoded.append(byte)
        }
        position += 1
      }
      if encoded.count > limit {
        encoded.removeLast(encoded.count - before)
        break
      }
    }
    return encoded
  }

  /// Whether it needs no encoding, as nearly every message.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    bytes.first != 0x20 && bytes.last != 0x20
      && bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "%") }
  }

  /// Never fails: a broken `%` stands as it is, and bytes that are no UTF-8 become U+FFFD.
  static func decode(_ bytes: some Collection<UInt8>) -> String {
    let source = Array(bytes)
    guard source.contains(UInt8(ascii: "%")) else { return String(decoding: source, as: UTF8.self) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(source.count)
    var index = 0
    while index < source.count {
      if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
        let high = nibble(source[index + 1]), let low = nibble(source[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(source[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// Bytes as header values carry them. (PROTOCOL-HTTP2, Custom-Metadata; RFC 4648 §4)
///
/// By hand, since the details of each refusal pass here on both sides: Foundation's way makes three
/// copies, and to read was half of what a client spent on a refusal's trailers.
public enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// What each byte stands for; 64 and more is no letter.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// Without padding, as peers must accept it and it is shorter.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let letters = letters
    var encoded: [UInt8] = []
    encoded.reserveCapacity((bytes.count * 4 + 2) / 3)
    var index = 0
    while index + 2 < bytes.count {
      let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
      encoded.append(letters[group >> 18])
      encoded.append(letters[group >> 12 & 63])
      encoded.append(letters[group >> 6 & 63])
      encoded.append(letters[group & 63])
      index += 3
    }
    switch bytes.count - index {
    case 1:
      encoded.append(letters[Int(bytes[index]) >> 2])
      encoded.append(letters[Int(bytes[index]) << 4 & 63])
    case 2:
      let group = Int(bytes[index]) << 8 | Int(bytes[index + 1])
      encoded.append(letters[group >> 10])
      encoded.append(letters[group >> 4 & 63])
      encoded.append(letters[group << 2 & 63])
    default: break
    }
    return encoded
  }

  /// With or without padding; nil when it is not base64.
  public static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var text = text
    if let first = text.firstIndex(of: UInt8(ascii: "=")) {
      // Padding is whole or it is not there.
      guard text.count % 4 == 0, text.endIndex - first <= 2,
        text[first...].allSatisfy({ $0 == UInt8(ascii: "=") })
      else { return nil }
      text = text[..<first]
    }
    guard text.count % 4 != 1 else { return nil }
    let values = values
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count * 3 / 4)
    var group: UInt32 = 0
    var bits: UInt32 = 0
    for letter in text {
      let value = values[Int(letter)]
      guard value < 64 else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      decoded.append(UInt8(truncatingIfNeeded: group >> bits))
    }
    return decoded
  }
}

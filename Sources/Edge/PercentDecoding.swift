/// Percent-decoding of one path segment or one query component. (RFC 3986 §2.1)
enum PercentDecoding {
  /// Nil when an escape is malformed, or when the bytes are no UTF-8 or hold a NUL.
  static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    let utf8 = text.utf8
    guard utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return String(text)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    var iterator = utf8.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let first = iterator.next().flatMap(HexDigit.value),
          let second = iterator.next().flatMap(HexDigit.value)
        else { return nil }
        bytes.append(first << 4 | second)
      // Forms write a space as `+`; only a query is read that way.
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Checks that bytes are one well-formed JSON text, without building anything from them.
///
/// It is stricter than the grammar where RFC 7493 (I-JSON) is: no unpaired surrogate. It also
/// refuses U+0000, which no text column of the services can hold. It is laxer in one place: a
/// number may have leading zeros, because the reader reports those as a wrong type of that member.
struct JSONScanner {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func scanText(depthMax: Int) throws(InputError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw malformed("a byte-order mark", at: 0) }
    try scanValue(depthLeft: depthMax)
    skipWhitespace()
    guard offset == bytes.count else { throw malformed("bytes after the value", at: offset) }
  }

  private mutating func scanValue(depthLeft: Int) throws(InputError) {
    skipWhitespace()
    guard let byte = peek() else {
      throw malformed("the end of the text where a value belongs", at: offset)
    }
    switch byte {
    case UInt8(ascii: "{"): try scanObject(depthLeft: depthLeft)
    case UInt8(ascii: "["): try scanArray(depthLeft: depthLeft)
    case UInt8(ascii: "\""): try scanString()
    case UInt8(ascii: "t"): try scanLiteral("true")
    case UInt8(ascii: "f"): try scanLiteral("false")
    case UInt8(ascii: "n"): try scanLiteral("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
    default: throw malformed("no value", at: offset)
    }
  }

  private mutating func scanObject(depthLeft: Int) throws(InputError) {
    guard depthLeft > 0 else { throw malformed("nesting that is too deep", at: offset) }
    offset += 1
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return }
    repeat {
      skipWhitespace()
      guard peek() == UInt8(ascii: "\"") else { throw malformed("no member name", at: offset) }
      try scanString()
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw malformed("no colon", at: offset) }
      try scanValue(depthLeft: depthLeft - 1)
      skipWhitespace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw malformed("no end of the object", at: offset) }
  }

  private mutating func scanArray(depthLeft: Int) throws(InputError) {
    guard depthLeft > 0 else { throw malformed("nesting that is too deep", at: offset) }
    offset += 1
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return }
    repeat {
      try scanValue(depthLeft: depthLeft - 1)
      skipWhitespace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw malformed("no end of the array", at: offset) }
  }

  private mutating func scanLiteral(_ word: String) throws(InputError) {
    for byte in word.utf8 {
      guard take(byte) else { throw malformed("no value", at: offset) }
    }
  }

  private mutating func scanNumber() throws(InputError) {
    _ = take(UInt8(ascii: "-"))
    try scanDigits()
    if take(UInt8(ascii: ".")) { try scanDigits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try scanDigits()
    }
  }

  private mutating func scanDigits() throws(InputError) {
    let start = offset
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    guard offset > start else { throw malformed("no digit", at: offset) }
  }

  private mutating func scanString() throws(InputError) {
    offset += 1
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return
      case UInt8(ascii: "\\"): try scanEscape()
      case 0..<0x20: throw malformed("a bare control character", at: offset)
      case 0x20..<0x80: offset += 1
      default: try scanMultibyteScalar()
      }
    }
    throw malformed("no end of the string", at: offset)
  }

  private mutating func scanEscape() throws(InputError) {
    let start = offset
    offset += 1
    guard let letter = peek() else { throw malformed("half an escape", at: start) }
    offset += 1
    guard letter == UInt8(ascii: "u") else {
      guard Self.shortEscape(letter) != nil else { throw malformed("an unknown escape", at: start) }
      return
    }
    switch try scanHexQuad() {
    case 0: throw malformed("a NUL character", at: start)
    case 0xD800..<0xDC00:
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
        (0xDC00..<0xE000).contains(try scanHexQuad())
      else { throw malformed("an unpaired surrogate", at: start) }
    case 0xDC00..<0xE000: throw malformed("an unpaired surrogate", at: start)
    default: break
    }
  }

  private mutating func scanHexQuad() throws(InputError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = HexDigit.value(byte) else {
        throw malformed("an escape without four hexadecimal digits", at: offset)
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  /// One scalar of two to four bytes, in the well-formed ranges of Unicode's table 3-7, which leave
  /// out overlong forms, surrogates and everything above U+10FFFF.
  private mutating func scanMultibyteScalar() throws(InputError) {
    let start = offset
    guard let lead = peek() else { return }
    let second: ClosedRange<UInt8>
    let continuations: Int
    switch lead {
    case 0xC2...0xDF: (second, continuations) = (0x80...0xBF, 1)
    case 0xE0: (second, continuations) = (0xA0...0xBF, 2)
    case 0xED: (second, continuations) = (0x80...0x9F, 2)
    case 0xE1...0xEF: (second, continuations) = (0x80...0xBF, 2)
    case 0xF0: (second, continuations) = (0x90...0xBF, 3)
    case 0xF1...0xF3: (second, continuations) = (0x80...0xBF, 3)
    case 0xF4: (second, continuations) = (0x80...0x8F, 3)
    default: throw malformed("invalid UTF-8", at: start)
    }
    offset += 1
    for index in 0..<continuations {
      let allowed = index == 0 ? second : 0x80...0xBF
      guard let byte = peek(), allowed.contains(byte) else {
        throw malformed("invalid UTF-8", at: start)
      }
      offset += 1
    }
  }

  private func peek() -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), Self.isWhitespace(byte) { offset += 1 }
  }

  private func malformed(_ what: String, at offset: Int) -> InputError {
    InputError(.malformedJSON, at: "$", "is not well-formed JSON: \(what) at byte \(offset)")
  }
}

/// The JSON of a configuration file, byte by byte. (RFC 8259)
struct SettingsScanner {
  private let bytes: [UInt8]
  private var offset = 0
  private var entries: [SettingsFile.Entry] = []
  private var seen: Set<String> = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func file() throws(SettingsFileError) -> [SettingsFile.Entry] {
    guard bytes.count <= SettingsFile.bytesMax else { throw error(.tooLong) }
    skipSpace()
    guard peek() == UInt8(ascii: "{") else { throw error(.expected("{")) }
    try object(path: "", depth: 1)
    skipSpace()
    guard offset == bytes.count else { throw error(.expected("nothing after the last }")) }
    return entries
  }

  private mutating func object(path: String, depth: Int) throws(SettingsFileError) {
    guard depth <= SettingsFile.depthMax else { throw error(.tooDeep) }
    offset += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw error(.expected("a key in quotes")) }
      let position = position(at: offset)
      let name = try string()
      let key = path.isEmpty ? name : "\(path).\(name)"
      guard seen.insert(key).inserted else {
        throw SettingsFileError(reason: .givenTwice(key), position: position)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error(.expected(":")) }
      skipSpace()
      try value(key: key, depth: depth)
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw error(.expected(", or }")) }
      return
    }
  }

  private mutating func value(key: String, depth: Int) throws(SettingsFileError) {
    if peek() == UInt8(ascii: "{") { return try object(path: key, depth: depth + 1) }
    let position = position(at: offset)
    let text: String
    if peek() == UInt8(ascii: "[") {
      text = try list(key: key).joined(separator: ",")
    } else {
      text = try scalar(key: key)
    }
    entries.append(SettingsFile.Entry(key: key, text: text, position: position))
  }

  private mutating func list(key: String) throws(SettingsFileError) -> [String] {
    offset += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return [] }
    var items: [String] = []
    while true {
      skipSpace()
      items.append(try scalar(key: key))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw error(.expected(", or ]")) }
      return items
    }
  }

  private mutating func scalar(key: String) throws(SettingsFileError) -> String {
    guard let first = peek() else { throw error(.truncated) }
    if first == UInt8(ascii: "\"") { return try string() }
    let start = offset
    while let byte = peek(), Self.isWord(byte) { offset += 1 }
    let word = String(decoding: bytes[start..<offset], as: UTF8.self)
    if word == "true" || word == "false" || Self.isNumber(word) { return word }
    offset = start
    if word == "null" { throw error(.noValue(key)) }
    throw error(.expected("a value"))
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// RFC 8259's number. Settings that are numbers are whole ones; the rest is refused by their
  /// form.
  private static func isNumber(_ word: String) -> Bool {
    word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
  }

  private mutating func string() throws(SettingsFileError) -> String {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let text = String(validating: content, as: UTF8.self) else {
          throw SettingsFileError(reason: .notUTF8, position: position(at: start))
        }
        return text
      case UInt8(ascii: "\\"):
        try escape(into: &content)
      case 0..<0x20:
        throw error(.expected("no raw control character in a string"))
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw error(.truncated)
  }

  private mutating func escape(into content: inout [UInt8]) throws(SettingsFileError) {
    let start = offset
    offset += 1
    guard let byte = peek() else { throw error(.truncated) }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      guard let scalar = unicodeEscape() else {
        throw SettingsFileError(reason: .badEscape, position: position(at: start))
      }
      content.append(contentsOf: Array(String(Character(scalar)).utf8))
    default:
      throw SettingsFileError(reason: .badEscape, position: position(at: start))
    }
  }

  /// The digits after `\u`, and the second half of a pair of surrogates.
  private mutating func unicodeEscape() -> Unicode.Scalar? {
    guard let first = hexadecimal() else { return nil }
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
    guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let second = hexadecimal(),
      (0xDC00..<0xE000).contains(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
  }

  private mutating func hexadecimal() -> UInt32? {
    guard bytes.count - offset >= 4 else { return nil }
    var number: UInt32 = 0
    for byte in bytes[offset..<offset + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      number = number << 4 | UInt32(digit)
    }
    offset += 4
    return number
  }

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  /// What is wrong here; a file that ends is told from one that goes on wrongly.
  private func error(_ reason: SettingsFileError.Reason) -> SettingsFileError {
    if case .expected = reason, offset >= bytes.count {
      return SettingsFileError(reason: .truncated, position: position(at: bytes.count))
    }
    return SettingsFileError(reason: reason, position: position(at: offset))
  }

  private func position(at offset: Int) -> TextPosition {
    var line = 1, lineStart = 0
    for index in bytes.indices.prefix(offset) where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    return TextPosition(line: line, column: offset - lineStart + 1)
  }
}

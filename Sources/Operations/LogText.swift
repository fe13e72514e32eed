/// Text from outside on its way into one line of a log or an error message.
enum LogText {
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Appends `text` as the inside of a JSON string: no input makes two lines, moves a terminal's
  /// cursor or ends the string. C1 controls and the separators U+2028 and U+2029 are escaped too,
  /// because terminals and line readers act on them. (RFC 8259 section 7)
  static func appendEscaped(_ text: String, to line: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: line.append(contentsOf: [0x5C, 0x22])
      case 0x5C: line.append(contentsOf: [0x5C, 0x5C])
      case 0x0A: line.append(contentsOf: [0x5C, UInt8(ascii: "n")])
      case 0x0D: line.append(contentsOf: [0x5C, UInt8(ascii: "r")])
      case 0x09: line.append(contentsOf: [0x5C, UInt8(ascii: "t")])
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: appendHexadecimal(scalar.value, to: &line)
      default: line.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
      }
    }
  }

  private static func appendHexadecimal(_ value: UInt32, to line: inout [UInt8]) {
    line.append(contentsOf: [0x5C, UInt8(ascii: "u")])
    for shift in stride(from: 12, through: 0, by: -4) {
      line.append(hexDigits[Int(value >> UInt32(shift) & 0xF)])
    }
  }

  /// Text without its control characters, for a line that a person reads.
  static func oneLine(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ !isControl($0) }) { return text }
    var line: [UInt8] = []
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        appendEscaped(String(Character(scalar)), to: &line)
      } else {
        line.append(contentsOf: Array(String(Character(scalar)).utf8))
      }
    }
    return String(decoding: line, as: UTF8.self)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
    default: false
    }
  }
}

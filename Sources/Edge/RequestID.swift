/// The id that names one HTTP exchange in logs, problems and the services' metadata.
enum RequestID {
  static let header = "X-Request-Id"
  /// The same, as RPC metadata spells names.
  static let metadataName = "x-request-id"

  /// Keeps the client's id when there is exactly one and it can stand in a header, a log line and
  /// a file name without quoting; makes a new one else.
  static func choose(_ lines: [String]) -> String {
    guard lines.count == 1, let line = lines.first, isValid(line) else {
      return make(
        milliseconds: WallClock.millisecondsSince1970(), random: .random(in: .min ... .max),
        .random(in: .min ... .max))
    }
    return line
  }

  static func isValid(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// A UUID of version 7: 48 bits of time, then randomness. (RFC 9562 §5.7)
  static func make(milliseconds: UInt64, random high: UInt64, _ low: UInt64) -> String {
    let first = milliseconds << 16 | 0x7000 | high & 0x0FFF
    let second = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in 0..<32 {
      if index == 8 || index == 12 || index == 16 || index == 20 {
        text.append(UInt8(ascii: "-"))
      }
      let half = index < 16 ? first : second
      let digit = UInt8(truncatingIfNeeded: half >> UInt64((15 - index % 16) * 4)) & 0x0F
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// A UUID of 16 bytes (RFC 9562), which is what names an order.
public struct OrderID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The first eight bytes and the last eight, each most significant byte first, so that comparing
  /// numbers is comparing bytes, and that is how PostgreSQL orders `uuid`.
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the 36 characters of `8-4-4-4-12`; letters may be of either case (RFC 9562 §4).
  public init?(_ text: String) {
    let characters = text.utf8
    guard characters.count == 36 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var digits = 0
    for (position, character) in characters.enumerated() {
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard character == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = Self.value(ofHexDigit: character) else { return nil }
      if digits < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
      digits += 1
    }
    self.init(high: high, low: low)
  }

  private static func value(ofHexDigit character: UInt8) -> UInt64? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(character - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// The version nibble: 7 for a time and randomness, 8 for what an application made itself.
  public var version: Int { Int(high >> 12 & 0xF) }

  /// Whether the variant bits say RFC 9562.
  public var isRFCVariant: Bool { low >> 62 == 0b10 }

  /// The first six bytes; in version 7 they are milliseconds since 1970.
  public var time48: UInt64 { high >> 16 }

  public static func < (one: OrderID, other: OrderID) -> Bool {
    (one.high, one.low) < (other.high, other.low)
  }

  /// 36 characters in lower case.
  public var description: String {
    var characters: [UInt8] = []
    characters.reserveCapacity(36)
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 {
        characters.append(UInt8(ascii: "-"))
      }
      let half = index < 8 ? high : low
      let byte = UInt8(truncatingIfNeeded: half >> UInt64((7 - index % 8) * 8))
      characters.append(Self.hexDigit(byte >> 4))
      characters.append(Self.hexDigit(byte & 0xF))
    }
    return String(decoding: characters, as: UTF8.self)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

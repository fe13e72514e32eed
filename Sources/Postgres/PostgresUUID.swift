/// Sixteen bytes as PostgreSQL's `uuid` keeps them. The order is that of the bytes, which is the
/// order `ORDER BY` on a uuid column gives.
public struct PostgresUUID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The first eight bytes, the first of them the most significant.
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Nil unless there are exactly sixteen bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for byte in bytes.prefix(8) { high = high << 8 | UInt64(byte) }
    for byte in bytes.dropFirst(8) { low = low << 8 | UInt64(byte) }
    self.init(high: high, low: low)
  }

  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    bytes.append(bigEndian: high)
    bytes.append(bigEndian: low)
    return bytes
  }

  public static func < (left: PostgresUUID, right: PostgresUUID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// The lower-case form of RFC 9562, section 4.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0x0F)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

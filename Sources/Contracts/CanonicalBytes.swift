/// The one spelling in which orders are digested: every number big-endian, every string after its
/// length, so that no two different orders spell the same bytes.
///
///     string   u16 length, bytes        count   u16        quantity   u32
public struct CanonicalBytes: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init(reservingCapacity capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  /// Only for text that was validated: its limits are far below the 65,535 bytes that can be told.
  public mutating func string(_ text: String) {
    let characters = text.utf8
    count(characters.count)
    bytes.append(contentsOf: characters)
  }

  public mutating func count(_ number: Int) {
    let number = UInt16(truncatingIfNeeded: number)
    bytes.append(UInt8(truncatingIfNeeded: number >> 8))
    bytes.append(UInt8(truncatingIfNeeded: number))
  }

  public mutating func quantity(_ number: Int32) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> Int32(shift)))
    }
  }

  /// Bytes as they are, without a length.
  public mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: text.description.utf8)
  }

  public mutating func raw(byte: UInt8) {
    bytes.append(byte)
  }
}

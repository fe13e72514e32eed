/// A number in base 128, low group first: seven bits a byte, the top bit set on all but the last.
/// Signed numbers are first spread to 64 bits, so a negative one always takes ten bytes.
enum Varint {
  static let bytesMax = 10

  /// Small magnitudes of either sign get small numbers: 0, −1, 1, −2 become 0, 1, 2, 3.
  static func zigzag(_ value: Int32) -> UInt32 {
    UInt32(bitPattern: (value &<< 1) ^ (value &>> 31))
  }

  static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
  }

  static func unzigzag(_ value: UInt32) -> Int32 {
    Int32(bitPattern: (value &>> 1) ^ (0 &- (value & 1)))
  }

  static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: (value &>> 1) ^ (0 &- (value & 1)))
  }
}

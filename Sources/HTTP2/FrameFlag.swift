/// Flags of a frame header. ACK and END_STREAM share a bit.
enum FrameFlag {
  static let endStream: UInt8 = 0x1
  static let acknowledgement: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4
}

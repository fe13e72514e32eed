/// Flags of a frame header. ACK and END_STREAM share a bit.
package enum FrameFlag {
  package static let endStream: UInt8 = 0x1
  package static let acknowledgement: UInt8 = 0x1
  package static let endHeaders: UInt8 = 0x4
}

/// The nine bytes before every frame. (RFC 9113 §4.1)
///
///     ┌ length, 24 bits ┬ type, 8 ┬ flags, 8 ┬ R ┬ stream, 31 ┐
struct FrameHeader: Equatable, Sendable {
  static let bytes = 9

  let length: Int
  let type: UInt8
  let flags: UInt8
  let stream: StreamID

  func has(_ flag: UInt8) -> Bool { flags & flag != 0 }
}

public import HTTP2

/// A frame written or read byte by byte, independent of nghttp2.
public struct Frame: Equatable, Sendable {
  public var type: UInt8
  public var flags: UInt8 = 0
  public var stream: Int32 = 0
  public var payload: [UInt8] = []

  public init(type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, payload: [UInt8] = []) {
    self.type = type
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }

  public var bytes: [UInt8] {
    number(UInt32(payload.count)).dropFirst() + [type, flags] + number(UInt32(stream)) + payload
  }

  public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  public static let settings = Frame(type: FrameType.settings)
  public static let settingsAck = Frame(type: FrameType.settings, flags: 1)

  public static func reset(_ stream: Int32, _ code: HTTP2ErrorCode) -> Frame {
    Frame(type: FrameType.resetStream, stream: stream, payload: number(code.rawValue))
  }

  public static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> Frame {
    Frame(type: FrameType.windowUpdate, stream: stream, payload: number(increment))
  }

  public static func data(_ stream: Int32, _ payload: [UInt8], end: Bool = false) -> Frame {
    Frame(type: FrameType.data, flags: end ? 1 : 0, stream: stream, payload: payload)
  }

  public static func ping(_ payload: UInt64, ack: Bool = false) -> Frame {
    Frame(
      type: FrameType.ping, flags: ack ? 1 : 0,
      payload: number(UInt32(payload >> 32)) + number(UInt32(truncatingIfNeeded: payload)))
  }

  /// A header block of literals without indexing or Huffman coding. (RFC 7541 §6.2.2)
  public static func headers(
    _ stream: Int32, _ fields: [(String, String)], end: Bool = true
  ) -> Frame {
    Frame(
      type: FrameType.headers, flags: FrameFlag.endHeaders | (end ? 1 : 0), stream: stream,
      payload: literals(fields))
  }

  public static func literals(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0] + text($0.0) + text($0.1) }
  }

  private static func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return integer(bytes.count, prefixBits: 7) + bytes
  }

  /// RFC 7541 §5.1.
  private static func integer(_ value: Int, prefixBits: Int) -> [UInt8] {
    let limit = 1 << prefixBits - 1
    if value < limit { return [UInt8(value)] }
    var rest = value - limit
    var bytes = [UInt8(limit)]
    while rest >= 128 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  public static let requestFields = [
    (":method", "POST"), (":scheme", "http"), (":path", "/s/m"), (":authority", "host"),
    ("content-type", "application/grpc"), ("te", "trailers"),
  ]

  public static func request(_ stream: Int32, end: Bool = true) -> Frame {
    .headers(stream, requestFields, end: end)
  }

  /// All frames in `bytes`, which hold whole frames only.
  public static func parse(_ bytes: [UInt8]) -> [Frame] { parsePrefix(bytes[...]).frames }

  /// The whole frames that `bytes` begin with, and how many bytes they are.
  public static func parsePrefix(_ bytes: ArraySlice<UInt8>) -> (frames: [Frame], count: Int) {
    var rest = bytes
    if rest.starts(with: preface) { rest = rest.dropFirst(preface.count) }
    var frames: [Frame] = []
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      guard rest.count >= 9 + length else { break }
      let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
      frames.append(
        Frame(
          type: head[3], flags: head[4], stream: Int32(stream),
          payload: Array(rest.dropFirst(9).prefix(length))))
      rest = rest.dropFirst(9 + length)
    }
    return (frames, bytes.count - rest.count)
  }

  /// The 32-bit number at `offset` of the payload.
  public func word(_ offset: Int = 0) -> UInt32 {
    payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

private func number(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

extension [Frame] {
  public func of(_ type: UInt8, on stream: Int32? = nil) -> [Frame] {
    filter { $0.type == type && (stream == nil || $0.stream == stream) }
  }

  /// The code of the first RST_STREAM on `stream`.
  public func resetCode(_ stream: Int32) -> HTTP2ErrorCode? {
    of(FrameType.resetStream, on: stream).first.map { HTTP2ErrorCode(rawValue: $0.word()) }
  }

  /// Code and text of the last GOAWAY.
  public var goAway: (code: HTTP2ErrorCode, text: String)? {
    of(FrameType.goAway).last.map {
      (
        HTTP2ErrorCode(rawValue: $0.word(4)),
        String(decoding: $0.payload.dropFirst(8), as: UTF8.self)
      )
    }
  }
}

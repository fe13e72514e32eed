import TestSupport
import Testing

@testable import HTTP2

@Suite struct FrameWalkerTests {
  static let frames = [
    Frame.settings, .request(1, end: false), .data(1, Exchange.bytes(300)), .data(1, [], end: true),
    .ping(7), .windowUpdate(0, 5), .reset(1, .cancel),
    Frame(type: 0xFF, flags: 0xAA, stream: .max, payload: [1]),
  ]

  private func walk(_ bytes: [UInt8], role: HTTP2Role, cut size: Int) throws -> [FrameHeader] {
    var walker = FrameWalker(role: role)
    var found: [FrameHeader] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(start + size, bytes.count)])
      var offset = 0
      while let header = unsafe walker.next(in: piece.span.bytes, from: &offset) {
        found.append(header)
      }
      #expect(offset == piece.count)
    }
    return found
  }

  @Test(arguments: 1...60, [HTTP2Role.server, .client])
  func `headers are found at every cut`(size: Int, role: HTTP2Role) throws {
    let start = role == .server ? Frame.preface : []
    let bytes = start + Self.frames.flatMap(\.bytes)
    let expected = Self.frames.map {
      FrameHeader(
        length: $0.payload.count, type: $0.type, flags: $0.flags,
        stream: StreamID(rawValue: $0.stream))
    }
    #expect(try walk(bytes, role: role, cut: size) == expected)
  }

  @Test func `the reserved bit of a stream number is passed over`() throws {
    let bytes: [UInt8] = [0, 0, 0, 8, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(try walk(bytes, role: .client, cut: 9).first?.stream.rawValue == .max)
    #expect(try walk(bytes, role: .client, cut: 2).first?.stream.rawValue == .max)
  }

  @Test func `a frame of the longest length is passed over`() throws {
    let long: [UInt8] = [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1]
    let bytes = long + [UInt8](repeating: 9, count: 0xFF_FFFF) + Frame.settings.bytes
    #expect(try walk(bytes, role: .client, cut: 1 << 16).map(\.length) == [0xFF_FFFF, 0])
  }
}

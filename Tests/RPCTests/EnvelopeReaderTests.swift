import Testing

@testable import RPC

/// TCP cuts bytes wherever it likes, so every test feeds the same bytes cut somewhere else.
@Suite struct EnvelopeReaderTests {
  @Test func `reads that never end with a message keep no more than two of them`() throws {
    var reader = EnvelopeReader(limit: 100)
    let message: [UInt8] = [0, 0, 0, 0, 95] + Array(repeating: 7, count: 95)
    let stream = Array(repeating: message, count: 1000).flatMap { $0 }
    var count = 0
    for start in stride(from: 0, to: stream.count, by: 99) {
      let part = Array(stream[start..<min(start + 99, stream.count)])
      unsafe reader.append(part.span.bytes)
      while let range = try reader.next() {
        #expect(range.count == 95 && reader.buffer[range].allSatisfy { $0 == 7 })
        count += 1
      }
      #expect(reader.buffer.count <= 300)
    }
    try reader.finish()
    #expect(count == 1000)
  }

  static let hello: [UInt8] = [0, 0, 0, 0, 5] + Array("hello".utf8)
  static let three: [UInt8] = hello + [0, 0, 0, 0, 0] + [0, 0, 0, 0, 2] + Array("ok".utf8)

  static func read(_ bytes: [UInt8], cut size: Int, limit: Int = 16) throws -> [[UInt8]] {
    var reader = EnvelopeReader(limit: limit)
    var messages: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      reader.append(Array(bytes[start..<min(start + size, bytes.count)]))
      while let range = try reader.next() { messages.append(Array(reader.buffer[range])) }
    }
    try reader.finish()
    return messages
  }

  @Test(arguments: 1...three.count)
  func `messages survive any cut`(size: Int) throws {
    #expect(
      try Self.read(Self.three, cut: size) == [Array("hello".utf8), [], Array("ok".utf8)])
  }

  @Test(arguments: 1..<hello.count)
  func `a stream that ends inside a message says where`(count: Int) throws {
    var reader = EnvelopeReader(limit: 16)
    reader.append(Array(Self.hello.prefix(count)))
    #expect(try reader.next() == nil)
    #expect(throws: EnvelopeError(reason: .truncated, offset: count)) { try reader.finish() }
  }

  @Test func `an offset counts from the first byte of the stream`() throws {
    var reader = EnvelopeReader(limit: 16)
    reader.append(Self.hello)
    _ = try reader.next()
    reader.append([0, 0])
    _ = try reader.next()
    #expect(throws: EnvelopeError(reason: .truncated, offset: 12)) { try reader.finish() }
  }

  @Test func `a length over the limit is refused before its payload arrives`() throws {
    var reader = EnvelopeReader(limit: 4)
    reader.append(Array(Self.hello.prefix(5)))
    #expect(throws: EnvelopeError(reason: .lengthOverLimit(length: 5, limit: 4), offset: 1)) {
      try reader.next()
    }
  }

  @Test func `the largest length is refused and reserves nothing`() throws {
    var reader = EnvelopeReader(limit: 4_194_304)
    reader.append([0, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(
      throws: EnvelopeError(
        reason: .lengthOverLimit(length: .max, limit: 4_194_304), offset: 1)
    ) { try reader.next() }
    #expect(reader.buffer.capacity < 1024)
  }

  @Test func `exactly the limit passes`() throws {
    #expect(try Self.read(Self.hello, cut: 3, limit: 5) == [Array("hello".utf8)])
  }

  @Test(arguments: 2...255)
  func `a flag nobody defined is refused at once`(flags: Int) throws {
    var reader = EnvelopeReader(limit: 4)
    let byte = UInt8(truncatingIfNeeded: flags)
    reader.append([byte])
    #expect(throws: EnvelopeError(reason: .unknownFlags(byte), offset: 0)) { try reader.next() }
  }

  @Test func `a compressed message without an encoding is refused`() throws {
    var reader = EnvelopeReader(limit: 4)
    reader.append([1, 0, 0, 0, 0])
    #expect(throws: EnvelopeError(reason: .compressedWithoutEncoding, offset: 0)) {
      try reader.next()
    }
  }

  /// The allocator hands out whole pages for what is large, and an array takes all it is given.
  private static let page = 4096

  @Test func `single bytes take no more memory than twice the message`() throws {
    var reader = EnvelopeReader(limit: 1 << 20)
    let length = 1 << 20
    reader.append([0, 0, 0x10, 0, 0])
    var early = 0  // Counted, since a million expectations would keep all other tests waiting.
    for _ in 0..<length {
      if try reader.next() != nil { early += 1 }
      reader.append([7])
    }
    #expect(early == 0)
    #expect(try reader.next()?.count == length)
    #expect(reader.buffer.capacity <= 2 * (length + 5) + Self.page)
  }

  @Test func `sealing writes what reading reads`() throws {
    var bytes: [UInt8] = [9, 9, 9, 9, 9] + Array(repeating: 1, count: 70_000)
    Envelope.seal(&bytes)
    #expect(try Self.read(bytes, cut: bytes.count, limit: 70_000).map(\.count) == [70_000])
  }
}

extension EnvelopeReader {
  mutating func append(_ bytes: [UInt8]) {
    let span = bytes.span
    unsafe append(span.bytes)
  }
}

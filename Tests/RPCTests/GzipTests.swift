import Testing

@testable import RPC

@Suite struct GzipTests {
  static let text = Array(String(repeating: "never sells what is not there. ", count: 500).utf8)

  @Test(arguments: [0, 1, 100, 65_535, 65_536, 65_537, 300_000])
  func `what is deflated inflates to the same`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    let small = try #require(Gzip.deflate(bytes[...]))
    #expect(try Gzip.inflate(small[...], limit: count) == bytes)
  }

  @Test func `a limit is met exactly and passed by one byte`() throws {
    let small = try #require(Gzip.deflate(Self.text[...]))
    #expect(small.count < Self.text.count / 10)
    #expect(try Gzip.inflate(small[...], limit: Self.text.count) == Self.text)
    #expect(throws: Gzip.Failure.overLimit) {
      try Gzip.inflate(small[...], limit: Self.text.count - 1)
    }
    #expect(throws: Gzip.Failure.overLimit) { try Gzip.inflate(small[...], limit: 0) }
  }

  @Test func `a bomb is inflated no further than its limit`() throws {
    let bomb = try #require(Gzip.deflate([UInt8](repeating: 0, count: 64 << 20)[...]))
    #expect(bomb.count < 100_000)
    #expect(throws: Gzip.Failure.overLimit) { try Gzip.inflate(bomb[...], limit: 4_194_304) }
  }

  @Test func `every cut and every changed byte is corrupt, or inflates within the limit`() throws {
    let small = try #require(Gzip.deflate(Self.text[...]))
    for count in 0..<small.count {
      #expect(throws: Gzip.Failure.corrupt) {
        try Gzip.inflate(small.prefix(count), limit: Self.text.count)
      }
    }
    for index in small.indices {
      var changed = small
      changed[index] ^= 0x40
      let inflated = try? Gzip.inflate(changed[...], limit: Self.text.count)
      #expect((inflated?.count ?? 0) <= Self.text.count)
    }
  }

  @Test func `bytes behind the member, and what is no gzip, are corrupt`() throws {
    let small = try #require(Gzip.deflate(Self.text[...]))
    for more in [[0], small] as [[UInt8]] {
      #expect(throws: Gzip.Failure.corrupt) {
        try Gzip.inflate((small + more)[...], limit: 1 << 20)
      }
    }
    #expect(throws: Gzip.Failure.corrupt) { try Gzip.inflate(Self.text[...], limit: 1 << 20) }
  }

  @Test func `compressed and plain messages stand side by side, cut anywhere`() throws {
    var plain: [UInt8] = [0, 0, 0, 0, 0] + Array("plain".utf8)
    Envelope.seal(&plain)
    var compressed = [UInt8](repeating: 0, count: 5) + Self.text
    Envelope.seal(&compressed, isCompressed: true)
    #expect(compressed[0] == 1 && compressed.count < Self.text.count / 10)
    let stream = plain + compressed + plain
    for size in [1, 2, 7, 64, stream.count] {
      var reader = EnvelopeReader(limit: Self.text.count, isCompressionNamed: true)
      var messages: [[UInt8]] = []
      for start in stride(from: 0, to: stream.count, by: size) {
        reader.append(Array(stream[start..<min(start + size, stream.count)]))
        while let range = try reader.next() { messages.append(Array(reader.buffer[range])) }
      }
      try reader.finish()
      #expect(messages == [Array("plain".utf8), Self.text, Array("plain".utf8)])
      #expect(reader.receivedBytes == stream.count)
    }
  }

  @Test func `a message that grows over the limit, or does not inflate, says so`() throws {
    var compressed = [UInt8](repeating: 0, count: 5) + Self.text
    Envelope.seal(&compressed, isCompressed: true)
    var reader = EnvelopeReader(limit: 1000, isCompressionNamed: true)
    reader.append(compressed)
    #expect(throws: EnvelopeError(reason: .inflatedOverLimit(limit: 1000), offset: 5)) {
      try reader.next()
    }
    var broken = EnvelopeReader(limit: 1000, isCompressionNamed: true)
    broken.append([1, 0, 0, 0, 2, 7, 7])
    #expect(throws: EnvelopeError(reason: .corruptCompression, offset: 5)) { try broken.next() }
  }

  @Test(arguments: [
    ("gzip", true), ("identity,gzip", true), ("identity, gzip", true), ("deflate,gzip,br", true),
    ("", false), ("identity", false), ("gzipped", false), ("x-gzip", false),
  ])
  func `a caller takes gzip when its list names it`(list: String, takes: Bool) {
    #expect(RequestHead.namesGzip(Array(list.utf8)[...]) == takes)
  }
}

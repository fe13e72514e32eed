import Testing
import Wire

/// Depth and elements, at the limit and one over it.
@Suite struct WireReaderLimitsTests {
  /// So many messages in one another, in field 31 of the top one.
  static func nested(_ depth: Int) -> [UInt8] {
    (0..<depth).reduce(into: Specimen()) { specimen, _ in
      specimen = .with { $0.children = [specimen] }
    }.wireBytes
  }

  static func groups(_ depth: Int) -> [UInt8] {
    Array(repeating: 0x0B, count: depth) + Array(repeating: 0x0C, count: depth)
  }

  @Test func `a hundred messages in one another are read, one more is not`() throws {
    var read = try Specimen.reading(Self.nested(100))
    var depth = 0
    while let child = read.children.first {
      read = child
      depth += 1
    }
    #expect(depth == 100)

    // Tag and length take three bytes below 128 bytes of content, four above.
    let bytes = Self.nested(101)
    #expect {
      try Specimen.reading(bytes)
    } throws: { error in
      guard let error = error as? WireError else { return false }
      return error.reason == .depthOverLimit(limit: 100) && error.offset == bytes.count - 3
    }
  }

  @Test func `groups count as messages do`() throws {
    #expect(try Specimen.reading(Self.groups(100)) == Specimen())
    WireReaderTests.expect(.depthOverLimit(limit: 100), at: 100, Self.groups(101))

    let limits = WireLimits(wireDepthMax: 3)
    let two = Self.groups(2)
    let three = Self.groups(3)
    #expect(
      try Specimen.reading([0xFA, 0x01, UInt8(two.count)] + two, limits: limits).children.count
        == 1)
    WireReaderTests.expect(
      .depthOverLimit(limit: 3), at: 5, [0xFA, 0x01, UInt8(three.count)] + three, limits: limits)
  }

  @Test func `depth is given back when a message or group ends`() throws {
    let limits = WireLimits(wireDepthMax: 1)
    let round: [UInt8] = [0xFA, 0x01, 0x00, 0xEA, 0x01, 0x00, 0x0B, 0x0C]
    let bytes = (0..<50).flatMap { _ in round }
    #expect(try Specimen.reading(bytes, limits: limits).children.count == 50)
  }

  @Test func `a map's entry is a message of its own`() {
    WireReaderTests.expect(
      .depthOverLimit(limit: 0), at: 0, [0xEA, 0x01, 0x00], limits: WireLimits(wireDepthMax: 0))
  }

  @Test func `elements are counted over the whole message, at all depths`() throws {
    let limits = WireLimits(wireElementsMax: 5)
    // A message with three strings, one of them unknown, and a string: five.
    let five: [UInt8] =
      [0xFA, 0x01, 9, 0x72, 1, 0x61, 0xDA, 0x01, 0, 0xC2, 0x3E, 0] + [0x72, 1, 0x62]
    #expect(try Specimen.reading(five, limits: limits).string == "b")
    let over = WireError(reason: .elementsOverLimit(limit: 5), offset: five.count)
    for sixth in [[0x72, 0], [0xC2, 0x3E, 0], [0xAA, 0x01, 0], [0xFA, 0x01, 0]] as [[UInt8]] {
      #expect(throws: over) { try Specimen.reading(five + sixth, limits: limits) }
    }
    // Numbers that stand by themselves or in one run are no elements.
    let numbers: [UInt8] = [0xA8, 0x01, 1, 0xA8, 0x01, 2, 0x38, 1, 0x45, 1, 2, 3, 4]
    #expect(try Specimen.reading(five + numbers, limits: limits).int32s == [1, 2])
  }

  @Test func `the default limit stops millions of empty messages`() throws {
    let most = Array(repeating: [0xFA, 0x01, 0x00] as [UInt8], count: 65536).flatMap(\.self)
    #expect(try Specimen.reading(most).children.count == 65536)
    let over = WireError(reason: .elementsOverLimit(limit: 65536), offset: most.count)
    #expect(throws: over) { try Specimen.reading(most + [0xFA, 0x01, 0x00]) }
  }
}

import Testing
import Wire

/// Tags, unknown fields, groups and what is refused, with the place of each refusal.
@Suite struct WireReaderTests {
  /// Refused for `reason` at `offset`, whatever is put in front: the offset moves with it.
  static func expect(
    _ reason: WireError.Reason, at offset: Int, _ bytes: [UInt8], limits: WireLimits = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for front in [[], [0x38, 0x01], [0x72, 0x03, 0x61, 0x62, 0x63]] as [[UInt8]] {
      let error = WireError(reason: reason, offset: front.count + offset)
      #expect(throws: error, sourceLocation: sourceLocation) {
        try Specimen.reading(front + bytes, limits: limits)
      }
    }
  }

  @Test func `no bytes are a message of defaults`() throws {
    #expect(try Specimen.reading([]) == Specimen())
    #expect(Specimen().wireBytes.isEmpty)
  }

  // MARK: Tags

  @Test(arguments: 0...5)
  func `field number 0 is refused with every wire type`(type: UInt8) {
    Self.expect(.fieldNumberZero, at: 0, [type, 0x01])
  }

  @Test func `the highest field number is read, the next one is not`() throws {
    let highest: [UInt8] = [0xF8, 0xFF, 0xFF, 0xFF, 0x0F]  // 536870911, varint
    #expect(try Specimen.reading(highest + [0x01, 0x38, 0x01]).bool)
    Self.expect(.tagTooLarge, at: 0, [0x80, 0x80, 0x80, 0x80, 0x10, 0x01])
    Self.expect(.tagTooLarge, at: 0, [0xF8, 0xFF, 0xFF, 0xFF, 0x1F, 0x01])
  }

  @Test func `a tag may be longer than needed, up to five bytes`() throws {
    #expect(try Specimen.reading([0xB8, 0x80, 0x80, 0x80, 0x00, 0x01]).bool)
    Self.expect(.tagTooLarge, at: 0, [0xB8, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01])
  }

  @Test(arguments: 1...4)
  func `a tag that ends too soon is named by its first byte`(count: Int) {
    Self.expect(.truncated, at: 0, Array(repeating: 0x80, count: count))
  }

  @Test(arguments: [6, 7] as [UInt8])
  func `wire types 6 and 7 are refused, known field or not`(type: UInt8) {
    Self.expect(.wireTypeInvalid(type), at: 0, [0x08 | type, 0x01])
    Self.expect(.wireTypeInvalid(type), at: 0, [0xF8 | type, 0x7F, 0x01])
  }

  // MARK: Unknown fields and groups

  /// Field 1000 in each layout, groups in groups among them.
  static let unknown: [[UInt8]] = [
    [0xC0, 0x3E, 0xFF, 0x01], [0xC1, 0x3E, 1, 2, 3, 4, 5, 6, 7, 8], [0xC2, 0x3E, 0],
    [0xC2, 0x3E, 2, 0xFF, 0xFF], [0xC5, 0x3E, 1, 2, 3, 4], [0xC3, 0x3E, 0xC4, 0x3E],
    [0xC3, 0x3E, 0x08, 0x01, 0x0B, 0x12, 0x01, 0x0B, 0x0B, 0x0C, 0x0C, 0xC4, 0x3E],
    [0xC3, 0x3E, 0x0B, 0x0C, 0x0B, 0x15, 0, 0, 0, 0, 0x0C, 0xC4, 0x3E],
  ]

  @Test(arguments: unknown)
  func `an unknown field is stepped over, and cut anywhere it is refused`(field: [UInt8]) throws {
    #expect(try Specimen.reading([0x38, 0x01] + field + [0x72, 0x01, 0x61]).string == "a")
    for count in 1..<field.count {
      #expect(throws: WireError.self) { try Specimen.reading(Array(field[..<count])) }
    }
  }

  @Test(arguments: 1...31)
  func `a known field with another wire type is unknown, and an earlier value stands`(
    field: Int
  ) throws {
    let full = Specimen.full
    for type in 0...5 where type != 4 {
      // Packed and single elements are both right for repeated numbers.
      let own = Specimen.type(of: field)
      if type == own || ((21...26).contains(field) && type == Specimen.elementType(of: field)) {
        continue
      }
      let low = UInt8(field & 0x0F) << 3 | UInt8(type)
      let tag = field < 16 ? [low] : [low | 0x80, UInt8(field >> 4)]
      let value: [UInt8] =
        switch type {
        case 0: [0x05]
        case 1: [1, 2, 3, 4, 5, 6, 7, 8]
        case 2: [0x01, 0x00]
        case 3: field < 16 ? [low + 1] : [(low + 1) | 0x80, UInt8(field >> 4)]
        default: [1, 2, 3, 4]
        }
      let read = try Specimen.reading(full.wireBytes + tag + value)
      #expect(read == full, "field \(field) as wire type \(type)")
    }
  }

  @Test func `an end of a group that was not begun is refused`() {
    Self.expect(.groupUnbalanced, at: 0, [0x0C])
    Self.expect(.groupUnbalanced, at: 2, [0x0B, 0x0C, 0x0C])
    Self.expect(.groupUnbalanced, at: 1, [0x0B, 0x14])
    Self.expect(.groupUnbalanced, at: 2, [0x0B, 0x13, 0x0C])
  }

  @Test func `a group begun inside a message cannot end outside of it`() {
    // Field 31 holds the start, the top-level message its end.
    Self.expect(.truncated, at: 4, [0xFA, 0x01, 0x01, 0x0B, 0x0C])
    Self.expect(.groupUnbalanced, at: 3, [0xFA, 0x01, 0x01, 0x0C])
  }

  @Test func `a group that does not end is named by where its end should be`() {
    Self.expect(.truncated, at: 3, [0x0B, 0x08, 0x01])
  }

  // MARK: Lengths

  static let lengths: [[UInt8]] = [
    [0x02, 0x61], [0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],  // 2^63
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],  // 2^63 − 1
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],  // 2^64 − 1
  ]

  @Test(arguments: lengths)
  func `a length beyond the end is refused, however large`(length: [UInt8]) {
    for tag in [[0x72], [0x7A], [0xC2, 0x3E]] as [[UInt8]] {
      Self.expect(.truncated, at: tag.count, tag + length)
    }
    for field in 17...31 {
      let tag: [UInt8] = [UInt8(field & 0x0F) << 3 | 2 | 0x80, UInt8(field >> 4)]
      Self.expect(.truncated, at: 2, tag + length)
    }
  }

  @Test func `a length beyond the message around it is refused, even if bytes follow`() {
    Self.expect(.truncated, at: 4, [0xFA, 0x01, 0x02, 0x72, 0x02, 0x61, 0x62])
    Self.expect(.truncated, at: 4, [0xFA, 0x01, 0x01, 0x38, 0x01])
  }

  // MARK: Packed numbers

  @Test func `numbers are read packed, single and mixed, in order`() throws {
    let bytes: [UInt8] =
      [0xA8, 0x01, 1] + [0xAA, 0x01, 3, 2, 0x83, 0x00] + [0xAA, 0x01, 0] + [0xA8, 0x01, 4]
    let read = try Specimen.reading(bytes)
    #expect(read.int32s == [1, 2, 3, 4])
    #expect(read.wireBytes == [0xAA, 0x01, 4, 1, 2, 3, 4])
    let fixed: [UInt8] = [0xCD, 0x01, 1, 0, 0, 0, 0xCA, 0x01, 8, 2, 0, 0, 0, 3, 0, 0, 0]
    #expect(try Specimen.reading(fixed).fixed32s == [1, 2, 3])
  }

  @Test func `a packed run that ends inside an element is refused at that element`() {
    Self.expect(.truncated, at: 4, [0xAA, 0x01, 2, 1, 0x80, 0x01])
    Self.expect(.truncated, at: 7, [0xCA, 0x01, 7, 1, 0, 0, 0, 2, 0, 0, 0])
    Self.expect(.varintOverlong, at: 3, [0xAA, 0x01, 11] + Array(repeating: 0x80, count: 11))
  }

  @Test func `a long packed run is read whole`() throws {
    let specimen = Specimen.with {
      $0.int64s = (0..<100_000).map { $0 * $0 - 5_000_000 }
      $0.doubles = (0..<10_000).map { Double($0) / 7 }
    }
    #expect(try Specimen.reading(specimen.wireBytes) == specimen)
  }
}

import Testing
import Wire

/// What each numeric type makes of bits, at the ends of its range.
@Suite struct WireNumberTests {
  static let minusOne: [UInt8] = Array(repeating: 0xFF, count: 9) + [0x01]

  @Test func `negative int32, int64 and enum take ten bytes`() throws {
    let specimen = Specimen.with {
      $0.int32 = -1
      $0.int64 = -1
      $0.color = .init(rawValue: -1)
    }
    let bytes = [0x08] + Self.minusOne + [0x10] + Self.minusOne + [0x80, 0x01] + Self.minusOne
    #expect(specimen.wireBytes == bytes)
    #expect(try Specimen.reading(bytes) == specimen)
  }

  @Test func `int32, uint32 and enum keep the low 32 bits`() throws {
    // 2^32 + 5, then −2^31 written as the 32 bits that it has, without their sign.
    let wide: [UInt8] = [0x85, 0x80, 0x80, 0x80, 0x10]
    #expect(try Specimen.reading([0x08] + wide).int32 == 5)
    #expect(try Specimen.reading([0x18] + wide).uint32 == 5)
    #expect(try Specimen.reading([0x80, 0x01] + wide).color.rawValue == 5)
    #expect(try Specimen.reading([0x08, 0x80, 0x80, 0x80, 0x80, 0x08]).int32 == .min)
  }

  @Test func `an enum number without a name is kept`() throws {
    let read = try Specimen.reading([0x80, 0x01, 0x63])
    #expect(read.color.rawValue == 99 && read.color.name == nil)
    #expect(read.wireBytes == [0x80, 0x01, 0x63])
    #expect(try Specimen.reading([0x80, 0x01, 0x01]).color.name == "RED")
  }

  @Test(arguments: [[0x01], [0x02], [0x80, 0x01], minusOne, [0x80, 0x80, 0x80, 0x80, 0x10]])
  func `a bool is true for every number but zero`(number: [UInt8]) throws {
    #expect(try Specimen.reading([0x38] + number).bool)
    #expect(try Specimen.reading([0x38] + number).wireBytes == [0x38, 0x01])
    #expect(try !Specimen.reading([0x38, 0x80, 0x00]).bool)
  }

  static let zigzag: [(Int64, UInt64)] = [
    (-1, 1), (1, 2), (-2, 3), (Int64(Int32.max), 4_294_967_294),
    (Int64(Int32.min), 4_294_967_295), (.max, UInt64.max - 1), (.min, .max),
  ]

  @Test(arguments: zigzag)
  func `zigzag turns small magnitudes into small numbers`(value: Int64, number: UInt64) throws {
    let plain = Specimen.with { $0.uint64 = number }.wireBytes.dropFirst()
    let specimen = Specimen.with { $0.sint64 = value }
    #expect(specimen.wireBytes == [0x30] + plain)
    #expect(try Specimen.reading([0x30] + plain) == specimen)
    guard let narrow = Int32(exactly: value) else { return }
    #expect(Specimen.with { $0.sint32 = narrow }.wireBytes == [0x28] + plain)
    #expect(try Specimen.reading([0x28] + plain).sint32 == narrow)
  }

  @Test func `fixed numbers stand low byte first`() throws {
    let specimen = Specimen.with {
      $0.fixed32 = 0x0403_0201
      $0.sfixed32 = -2
      $0.float = 1
      $0.fixed64 = 0x0807_0605_0403_0201
      $0.sfixed64 = .min
      $0.double = -2
    }
    let bytes: [UInt8] = [
      0x45, 1, 2, 3, 4, 0x4D, 0xFE, 0xFF, 0xFF, 0xFF, 0x55, 0, 0, 0x80, 0x3F,
      0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x61, 0, 0, 0, 0, 0, 0, 0, 0x80,
      0x69, 0, 0, 0, 0, 0, 0, 0, 0xC0,
    ]
    #expect(specimen.wireBytes == bytes)
    #expect(try Specimen.reading(bytes) == specimen)
  }

  @Test func `the bits of a NaN survive, and negative zero is not the default`() throws {
    let float = Float(bitPattern: 0xFFA1_2345)
    let double = Double(bitPattern: 0x7FF0_DEAD_BEEF_0001)
    let read = try Specimen.reading(
      Specimen.with {
        $0.float = float
        $0.double = double
      }.wireBytes)
    #expect(read.float.bitPattern == float.bitPattern)
    #expect(read.double.bitPattern == double.bitPattern)

    let zeros = Specimen.with {
      $0.float = -0.0
      $0.double = -0.0
    }.wireBytes
    #expect(zeros == [0x55, 0, 0, 0, 0x80, 0x69, 0, 0, 0, 0, 0, 0, 0, 0x80])
    #expect(try Specimen.reading(zeros).double.sign == .minus)
    #expect(Specimen.with { $0.double = 0 }.wireBytes.isEmpty)
  }

  @Test(arguments: 0..<8)
  func `a fixed number that ends too soon is named by its first byte`(count: Int) {
    let truncated = WireError(reason: .truncated, offset: 1)
    let rest = [UInt8](repeating: 1, count: count)
    #expect(throws: truncated) { try Specimen.reading([0x59] + rest) }
    if count < 4 { #expect(throws: truncated) { try Specimen.reading([0x45] + rest) } }
  }
}

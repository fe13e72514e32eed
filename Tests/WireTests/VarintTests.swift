import Testing
import Wire

/// Base 128 from both ends: what is short enough, what is too long, what is too large.
@Suite struct VarintTests {
  static let shortest: [(UInt64, [UInt8])] = [
    (1, [0x01]), (127, [0x7F]), (128, [0x80, 0x01]), (300, [0xAC, 0x02]),
    (16383, [0xFF, 0x7F]), (16384, [0x80, 0x80, 0x01]),
    (UInt64(UInt32.max), [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
    (1 << 63, Array(repeating: 0x80, count: 9) + [0x01]),
    (.max, Array(repeating: 0xFF, count: 9) + [0x01]),
  ]

  @Test(arguments: shortest)
  func `a number is written in its shortest form and read back`(
    number: UInt64, bytes: [UInt8]
  ) throws {
    let specimen = Specimen.with { $0.uint64 = number }
    #expect(specimen.wireBytes == [0x20] + bytes)
    #expect(try Specimen.reading([0x20] + bytes) == specimen)
  }

  @Test func `every power of two and its neighbours survive`() throws {
    for shift in 0..<64 {
      for delta in [-1, 0, 1] {
        let number = UInt64(1) << UInt64(shift) &+ UInt64(bitPattern: Int64(delta))
        let specimen = Specimen.with {
          $0.uint64 = number
          $0.sint64 = Int64(bitPattern: number)
        }
        #expect(try Specimen.reading(specimen.wireBytes) == specimen)
      }
    }
  }

  @Test(arguments: 1...10)
  func `a longer form than needed is read, up to ten bytes`(count: Int) throws {
    let long: [UInt8] = Array(repeating: 0x80, count: count)
    if count < 10 {
      #expect(try Specimen.reading([0x20, 0x81] + long.dropFirst() + [0]).uint64 == 1)
    }
    let tooLong = WireError(reason: .varintOverlong, offset: 1)
    if count == 10 { #expect(throws: tooLong) { try Specimen.reading([0x20] + long + [0]) } }
  }

  @Test(arguments: [2, 3, 0x7F, 0x80, 0x81, 0xFF] as [UInt8])
  func `a tenth byte above 1 does not fit into 64 bits`(tenth: UInt8) {
    let bytes: [UInt8] = [0x08, 0x01, 0x20] + Array(repeating: 0xFF, count: 9) + [tenth, 0x01]
    let overlong = WireError(reason: .varintOverlong, offset: 3)
    #expect(throws: overlong) { try Specimen.reading(bytes) }
  }

  @Test(arguments: 0...9)
  func `a varint that ends too soon is named by its first byte`(count: Int) {
    let bytes: [UInt8] = [0x08, 0x01, 0x20] + Array(repeating: 0x80, count: count)
    let truncated = WireError(reason: .truncated, offset: 3)
    #expect(throws: truncated) { try Specimen.reading(bytes) }
  }
}

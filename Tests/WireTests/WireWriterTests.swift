import Testing
import Wire

/// The canonical form, byte for byte, and the room around it.
@Suite struct WireWriterTests {
  @Test func `each field is written with its number and layout`() {
    let specimen = Specimen.with {
      $0.int32 = 1
      $0.string = "a"
      $0.bytes = [7]
      $0.color = .red
      $0.int32s = [1, 300]
      $0.strings = ["", "b"]
      $0.map = ["k": "v"]
      $0.child = .with { $0.bool = true }
      $0.children = [Specimen(), .with { $0.int64 = 2 }]
    }
    let bytes: [UInt8] =
      [0x08, 1, 0x72, 1, 0x61, 0x7A, 1, 7, 0x80, 0x01, 1, 0xAA, 0x01, 3, 1, 0xAC, 0x02]
      + [0xDA, 0x01, 0, 0xDA, 0x01, 1, 0x62, 0xEA, 0x01, 6, 0x0A, 1, 0x6B, 0x12, 1, 0x76]
      + [0xF2, 0x01, 2, 0x38, 1, 0xFA, 0x01, 0, 0xFA, 0x01, 2, 0x10, 2]
    #expect(specimen.wireBytes == bytes)
  }

  @Test func `what was written is read back, in every field`() throws {
    #expect(try Specimen.reading(Specimen.full.wireBytes) == Specimen.full)
    #expect(try Specimen.reading(Specimen.full.wireBytes).wireBytes == Specimen.full.wireBytes)
  }

  /// Lengths change their own length at these, and what was written after one has to move.
  @Test(arguments: [0, 1, 126, 127, 128, 129, 16382, 16383, 16384, 16385, 2_097_151, 2_097_152])
  func `a length is right on both sides of each of its lengths`(count: Int) throws {
    // An unpacked run of one-byte elements is exactly as long as it has elements.
    let run = Specimen.with { $0.bools = Array(repeating: true, count: count) }
    let length = Self.varint(count)
    let content = [UInt8](repeating: 1, count: count)
    let expected = count == 0 ? [] : [0xBA, 0x01] + length + content
    #expect(run.wireBytes == expected)

    // The same in a message in a message, with something behind it.
    let outer = Specimen.with {
      $0.child = .with { $0.child = run }
      $0.children = [.with { $0.bool = true }]
    }
    let inner = [0xF2, 0x01] + Self.varint(expected.count) + expected
    let behind: [UInt8] = [0xFA, 0x01, 2, 0x38, 1]
    #expect(outer.wireBytes == [0xF2, 0x01] + Self.varint(inner.count) + inner + behind)
    #expect(try Specimen.reading(outer.wireBytes) == outer)
  }

  static func varint(_ number: Int) -> [UInt8] {
    number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + varint(number >> 7)
  }

  @Test func `a map is written by rising key bytes, whatever order it was built in`() {
    let keys = ["b", "", "p", "aa", "a", "o\u{308}", "Z", "é", "\u{10000}", "\u{FFFF}"]
    // As Swift compares, "o" with a diaeresis is one letter and stands behind "p".
    let sorted = ["", "Z", "a", "aa", "b", "o\u{308}", "p", "é", "\u{FFFF}", "\u{10000}"]
    let expected = sorted.flatMap { key -> [UInt8] in
      let utf8 = Array(key.utf8)
      return [0xEA, 0x01, UInt8(utf8.count + 4), 0x0A, UInt8(utf8.count)] + utf8 + [0x12, 0]
    }
    for shift in keys.indices {
      let order = keys[shift...] + keys[..<shift]
      var specimen = Specimen()
      for key in order { specimen.map[key] = "" }
      #expect(specimen.wireBytes == expected)
    }
  }

  @Test(arguments: [0, 1, 5, 300])
  func `a reserved prefix stays in front, as zeros`(count: Int) {
    var writer = WireWriter(reserving: count)
    #expect(writer.count == count)
    Specimen.full.write(to: &writer)
    let bytes = writer.finish()
    #expect(bytes == [UInt8](repeating: 0, count: count) + Specimen.full.wireBytes)
  }

  @Test func `a writer goes on behind what is in a buffer`() {
    var writer = WireWriter(into: [1, 2, 3])
    let specimen = Specimen.with {
      $0.child = .with { $0.string = String(repeating: "x", count: 500) }
    }
    specimen.write(to: &writer)
    #expect(writer.count == 3 + specimen.wireBytes.count)
    #expect(writer.finish() == [1, 2, 3] + specimen.wireBytes)
  }

  @Test func `a string from elsewhere is written as its UTF-8`() {
    let substring = "grüße aus dem süden".dropFirst(2).dropLast(2)
    let specimen = Specimen.with { $0.string = String(substring) }
    #expect(specimen.wireBytes == [0x72, UInt8(substring.utf8.count)] + Array(substring.utf8))
  }
}

import Testing
import Wire

/// Strings, bytes, messages and maps: what they accept, and which value stands.
@Suite struct WireReaderValuesTests {
  static func field(_ text: [UInt8]) -> [UInt8] {
    [0x72, UInt8(text.count)] + text
  }

  static let valid: [[UInt8]] = [
    [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF],
    [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
    [0xEF, 0xBB, 0xBF, 0x61], [0x65, 0xCC, 0x81],
  ]

  @Test(arguments: valid)
  func `the first and last character of each length are read and kept`(text: [UInt8]) throws {
    let read = try Specimen.reading(Self.field(text))
    #expect(Array(read.string.utf8) == text)
    #expect(read.wireBytes == Self.field(text))
  }

  static let invalid: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE],
    [0xFF], [0xC2], [0xE0, 0xA0], [0xF0, 0x90, 0x80], [0xC2, 0x61], [0xE1, 0x80, 0x61],
  ]

  @Test(arguments: invalid)
  func `what is no UTF-8 is refused at its first byte, wherever it stands`(bad: [UInt8]) {
    // Long enough in front that a validator has gone over to whole words.
    for count in [0, 1, 7, 8, 31, 90] {
      for front in [Array(repeating: 0x61, count: count), Array("é".utf8)] as [[UInt8]] {
        for back in [[], [0x62], Array(repeating: 0x62, count: 20)] as [[UInt8]] {
          WireReaderTests.expect(.utf8Invalid, at: 2 + front.count, Self.field(front + bad + back))
        }
      }
    }
  }

  @Test(arguments: invalid)
  func `every string is checked, and a bytes field takes anything`(bad: [UInt8]) throws {
    let length = UInt8(bad.count)
    WireReaderTests.expect(.utf8Invalid, at: 3, [0x92, 0x01, length] + bad)
    WireReaderTests.expect(.utf8Invalid, at: 3, [0xDA, 0x01, length] + bad)
    WireReaderTests.expect(.utf8Invalid, at: 5, [0xEA, 0x01, length + 2, 0x0A, length] + bad)
    WireReaderTests.expect(.utf8Invalid, at: 5, [0xEA, 0x01, length + 2, 0x12, length] + bad)
    #expect(try Specimen.reading([0x7A, length] + bad).bytes == bad)
    #expect(try Specimen.reading([0xC2, 0x3E, length] + bad) == Specimen())
  }

  @Test func `of a field that comes twice the last value stands`() throws {
    let bytes = Specimen.full.wireBytes
    var last = Specimen.full
    last.string = "later"
    last.bytes = [9]
    last.int64 = 3
    last.optionalString = "x"
    last.double = 4
    let both = try Specimen.reading(
      bytes
        + Specimen.with {
          $0.string = "later"
          $0.bytes = [9]
          $0.int64 = 3
          $0.optionalString = "x"
          $0.double = 4
        }.wireBytes)
    #expect(both == last)
    // A default that is written out is a value like others.
    #expect(try Specimen.reading([0x72, 1, 0x61, 0x72, 0]).string == "")
    #expect(try Specimen.reading([0x10, 5, 0x10, 0]).int64 == 0)
  }

  @Test func `a message that comes twice is merged field by field`() throws {
    let one = Specimen.with {
      $0.child = .with {
        $0.string = "one"
        $0.int32 = 1
        $0.strings = ["a"]
        $0.child = .with { $0.bool = true }
      }
    }
    let other = Specimen.with {
      $0.child = .with {
        $0.string = "other"
        $0.int64 = 2
        $0.strings = ["b"]
        $0.child = .with { $0.fixed32 = 4 }
      }
    }
    let merged = Specimen.with {
      $0.child = .with {
        $0.string = "other"
        $0.int32 = 1
        $0.int64 = 2
        $0.strings = ["a", "b"]
        $0.child = .with {
          $0.bool = true
          $0.fixed32 = 4
        }
      }
    }
    #expect(try Specimen.reading(one.wireBytes + other.wireBytes) == merged)
    let empty = try Specimen.reading([0xF2, 0x01, 0x00])
    #expect(empty.child == Specimen() && empty.wireBytes == [0xF2, 0x01, 0x00])
  }

  @Test func `explicit presence tells a default from nothing`() throws {
    let present: [UInt8] = [0x88, 0x01, 0, 0x92, 0x01, 0, 0x9A, 0x01, 0, 0xA0, 0x01, 0]
    let read = try Specimen.reading(present)
    #expect(read.optionalInt64 == 0 && read.optionalString == "")
    #expect(read.optionalBytes == [] && read.optionalBool == false)
    #expect(read.wireBytes == present)
  }

  @Test func `a map takes missing keys and values, any order, and the last of one key`() throws {
    let entries: [[UInt8]] = [
      [], [0x0A, 1, 0x61], [0x12, 1, 0x78], [0x12, 1, 0x31, 0x0A, 1, 0x62],
      [0x0A, 1, 0x63, 0x12, 1, 0x32], [0x0A, 1, 0x63, 0x12, 1, 0x33, 0x18, 5],
      [0x0A, 1, 0x7A, 0x0A, 1, 0x64, 0x12, 1, 0x34],
    ]
    let bytes = entries.flatMap { entry -> [UInt8] in [0xEA, 0x01, UInt8(entry.count)] + entry }
    let read = try Specimen.reading(bytes)
    #expect(read.map == ["": "x", "a": "", "b": "1", "c": "3", "d": "4"])
    WireReaderTests.expect(.truncated, at: 4, [0xEA, 0x01, 2, 0x0A, 5])
  }
}

import Testing
import Wire

/// Inputs nobody thought of: random ones, and good ones spoilt. The seeds are fixed, so a failure
/// comes again.
@Suite struct HostileInputTests {
  /// SplitMix64: as random as it has to be, and the same on each run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed &>> 31)
    }
  }

  /// Reads bytes, and returns whether they were a message. One that was must be written and read
  /// again to the same bytes; an error must point into the input.
  static func reads(_ bytes: [UInt8]) -> Bool {
    let written: [UInt8]
    do throws(WireError) {
      written = try Specimen.reading(bytes).wireBytes
    } catch {
      if !(0...bytes.count).contains(error.offset) {
        Issue.record("\(error) points outside of \(bytes)")
      }
      return false
    }
    if (try? Specimen.reading(written).wireBytes) != written {
      Issue.record("\(bytes) is not written as it was read")
    }
    return true
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `random bytes are read or refused`(seed: UInt64) {
    var random = Generator(state: seed)
    var read = 0
    for _ in 0..<50_000 {
      let count = Int.random(in: 0...24, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      if Self.reads(bytes) { read += 1 }
    }
    #expect(read > 1000 && read < 49_000)  // Else one of the two sides was not tried.
  }

  @Test(arguments: [5, 6, 7, 8] as [UInt64])
  func `random fields with right tags are read or refused`(seed: UInt64) {
    var random = Generator(state: seed)
    var read = 0
    for _ in 0..<10_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes += Self.field(depth: 0, &random)
      }
      if Self.reads(bytes) { read += 1 }
    }
    #expect(read > 1000 && read < 9900)
  }

  @Test(arguments: [9, 10, 11, 12] as [UInt64])
  func `a good message with a few bytes changed, cut, doubled or moved is read or refused`(
    seed: UInt64
  ) {
    var random = Generator(state: seed)
    let good = Specimen.full.wireBytes
    var read = 0
    for _ in 0..<10_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.spoil(&bytes, &random) }
      if Self.reads(bytes) { read += 1 }
    }
    #expect(read > 100 && read < 9900)
  }

  /// A field of `Specimen` or none, with a value of a random layout that mostly holds.
  private static func field(depth: Int, _ random: inout Generator) -> [UInt8] {
    let number = Int.random(in: 1...33, using: &random)
    let right = Bool.random(using: &random) ? Specimen.type(of: number) : nil
    let type = right ?? Int.random(in: 0...5, using: &random)
    let tag = WireWriterTests.varint(number << 3 | type)
    switch type {
    case 0: return tag + WireWriterTests.varint(Int.random(in: 0...(.max), using: &random))
    case 1: return tag + (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 5: return tag + (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 2:
      var content: [UInt8] = []
      if depth < 4 && Bool.random(using: &random) {
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          content += field(depth: depth + 1, &random)
        }
      } else {
        content = (0..<Int.random(in: 0...9, using: &random)).map { _ in
          UInt8.random(in: 0...127, using: &random)
        }
      }
      let wrong = Int.random(in: 0..<50, using: &random) == 0 ? 1 : 0
      return tag + WireWriterTests.varint(content.count + wrong) + content
    case 3:
      let content = depth < 4 ? field(depth: depth + 1, &random) : []
      return tag + content + WireWriterTests.varint(number << 3 | 4)
    default: return Int.random(in: 0..<20, using: &random) == 0 ? tag : []
    }
  }

  private static func spoil(_ bytes: inout [UInt8], _ random: inout Generator) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, index + Int.random(in: 1...8, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes.removeSubrange(index..<end)
    case 3: bytes.insert(contentsOf: Array(bytes[index..<end]), at: index)
    case 4: bytes.insert(0xFF, at: index)
    default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
    }
  }
}

import Testing
import Wire

@testable import RPC

/// Envelopes, whole and broken, cut in every way: what is read is what was written, or an error.
@Suite struct EnvelopeFuzzTests {
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  @Test func `messages come out as they went in, however they are cut`() throws {
    for seed in 0..<2_000 as Range<UInt64> {
      var random = Random(state: seed)
      let messages = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        (0..<Int.random(in: 0...70, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
      }
      var stream: [UInt8] = []
      for message in messages {
        var sealed = [0, 0, 0, 0, 0] + message
        Envelope.seal(&sealed)
        stream += sealed
      }
      var reader = EnvelopeReader(limit: 70)
      var read: [[UInt8]] = []
      var start = 0
      while start < stream.count {
        let end = min(start + Int.random(in: 1...20, using: &random), stream.count)
        let part = Array(stream[start..<end])
        reader.append(part)
        start = end
        while let range = try reader.next() { read.append(Array(reader.buffer[range])) }
      }
      try reader.finish()
      #expect(read == messages, "seed \(seed)")
    }
  }

  @Test func `a stream with one bit changed is read, or refused, and never more than it held`() {
    for seed in 0..<4_000 as Range<UInt64> {
      var random = Random(state: seed)
      var sealed = [0, 0, 0, 0, 0] + [UInt8](repeating: 9, count: 40)
      Envelope.seal(&sealed)
      sealed += sealed
      sealed[Int.random(in: 0..<sealed.count, using: &random)] ^=
        1 << UInt8.random(in: 0...7, using: &random)
      var reader = EnvelopeReader(limit: 64)
      var held = 0
      do {
        reader.append(sealed)
        while let range = try reader.next() { held += range.count }
        try reader.finish()
      } catch {
        // Refused: which is what most changes of a length or a flag come to.
      }
      #expect(held <= sealed.count, "seed \(seed)")
    }
  }
}

import Foundation
import Testing

@testable import RPC

@Suite struct Base64Tests {
  /// Each length, so each way to end, over all values of a byte.
  static let samples = (0...260).map { count in
    (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
  }

  @Test func `bytes are written as Foundation writes them, without padding`() {
    for bytes in Self.samples {
      let padded = Data(bytes).base64EncodedString()
      #expect(String(decoding: Base64.encode(bytes), as: UTF8.self) == padded.prefix { $0 != "=" })
    }
  }

  @Test func `what was written is read with padding and without`() {
    for bytes in Self.samples {
      #expect(Base64.decode(Base64.encode(bytes)[...]) == bytes)
      #expect(Base64.decode(Array(Data(bytes).base64EncodedString().utf8)[...]) == bytes)
    }
  }

  @Test func `a part of a longer text is read by itself`() {
    let text = Array("xxq6s=yy".utf8)
    #expect(Base64.decode(text[2..<6]) == [0xAB, 0xAB])
    #expect(Base64.decode(text[2..<5]) == [0xAB, 0xAB])
  }

  @Test(arguments: [
    "A", "AAAAA", "=", "====", "A===", "AA=", "AAA==", "AA=A", "=AAA", "AAAA====", "AAAA=",
    "AA==AA==", "AA AA", " AAAA", "AAAA\n", "AA-_", "AAA\u{0}", "AAAé",
  ])
  func `what is no base64 is refused`(text: String) {
    #expect(Base64.decode(Array(text.utf8)[...]) == nil)
  }

  @Test func `of all bytes only the sixty-four letters are read`() {
    let letters = (0...255).map(UInt8.init).filter { Base64.decode([$0, 65, 65, 65]) != nil }
    #expect(letters.count == 64)
  }

  @Test func `bits that stand for nothing are not looked at`() {
    #expect(Base64.decode(Array("q6t".utf8)[...]) == [0xAB, 0xAB])
  }
}

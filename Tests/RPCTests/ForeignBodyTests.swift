import Testing

@testable import RPC

@Suite struct ForeignBodyTests {
  private static func text(_ parts: [[UInt8]], limit: Int) -> String {
    var body = ForeignBody(bytesMax: limit)
    for part in parts { unsafe body.append(part.span.bytes) }
    return body.text
  }

  @Test func `exactly the limit is told, and one byte more is not`() {
    #expect(Self.text([Array("abcd".utf8)], limit: 4) == "abcd")
    #expect(Self.text([Array("abcde".utf8)], limit: 4) == "abcd")
    #expect(Self.text([Array("ab".utf8), Array("cde".utf8)], limit: 4) == "abcd")
    #expect(Self.text([Array("abcd".utf8)], limit: 0) == "")
  }

  @Test(arguments: ["é", "€", "😈"], 1...4)
  func `a character that does not fit whole is left out`(character: String, room: Int) {
    let bytes = Array(character.utf8)
    let told = Self.text([Array("ab".utf8) + bytes + Array("c".utf8)], limit: 2 + room)
    let isWhole = room >= bytes.count
    #expect(told == "ab" + (isWhole ? character : "") + (room > bytes.count ? "c" : ""))
  }

  @Test func `what is no character stands for itself`() {
    #expect(Self.text([[0x61, 0xFF]], limit: 2) == "a\u{FFFD}")
    #expect(Self.text([[0x80, 0x80, 0x80, 0x80, 0x80]], limit: 4).hasSuffix("\u{FFFD}"))
    #expect(Self.text([[0x61, 0xC3]], limit: 8) == "a\u{FFFD}", "not cut by us")
  }
}

import Testing

@testable import RPC

@Suite struct PercentEncodingTests {
  static let text =
    "\t\ntest with whitespace\r\nand Unicode BMP \u{263A} and non-BMP \u{1F608}\t\n"
  static let encoded =
    "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP %F0%9F%98%88%09%0A"

  @Test func `the interop suite's special message goes both ways`() {
    #expect(PercentEncoding.encode(Self.text) == Array(Self.encoded.utf8))
    #expect(PercentEncoding.decode(Array(Self.encoded.utf8)) == Self.text)
  }

  @Test func `every scalar survives a round trip`() {
    for value in UInt32(0)...0x2FFFF {
      guard let scalar = UnicodeScalar(value) else { continue }
      let text = String(Character(scalar))
      #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    }
  }

  @Test(arguments: [
    (" x", "%20x"), ("x ", "x%20"), (" ", "%20"), ("a b", "a b"), ("100%", "100%25"),
    ("\u{7F}", "%7F"), ("~", "~"), ("", ""),
  ])
  func `spaces are encoded only at the ends`(text: String, encoded: String) {
    #expect(PercentEncoding.encode(text) == Array(encoded.utf8))
  }

  @Test(arguments: ["%", "%4", "%G1", "a%", "%%41", "%4g", "100%"])
  func `a broken escape stands as it is`(text: String) {
    let decoded = PercentEncoding.decode(Array(text.utf8))
    #expect(decoded == (text == "%%41" ? "%A" : text))
  }

  @Test func `bytes that are no UTF-8 become the replacement character`() {
    #expect(PercentEncoding.decode(Array("a%FFb".utf8)) == "a\u{FFFD}b")
    #expect(PercentEncoding.decode([0x61, 0xC3]) == "a\u{FFFD}")
  }

  @Test(arguments: 0...20)
  func `a limit cuts between characters and never inside one`(limit: Int) {
    let encoded = PercentEncoding.encode("ab☺cd😈e", limit: limit)
    #expect(encoded.count <= limit)
    let decoded = PercentEncoding.decode(encoded)
    #expect("ab☺cd😈e".hasPrefix(decoded))
  }
}

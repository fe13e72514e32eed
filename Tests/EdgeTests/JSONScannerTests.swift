import Testing

@testable import Edge

@Suite struct JSONScannerTests {
  /// The offset told for malformed text, or nil when it is well formed.
  private func offset(_ bytes: [UInt8]) -> Int? {
    var scanner = JSONScanner(bytes)
    do throws(InputError) {
      try scanner.scanText(depthMax: 16)
      return nil
    } catch {
      #expect(error.reason == .malformedJSON)
      #expect(error.path == "$")
      return error.detail.split(separator: " ").last.flatMap { Int($0) } ?? -1
    }
  }

  @Test(arguments: [
    "{}", "[]", "0", "-1", "01", "1.5", "1e5", "1E-5", "\"\"", "true", "false", "null",
    " {\"a\" : [ 1 , 2 ] , \"b\" : null } \r\n\t", #""\uD83D\uDE00""#, "\"\u{FFFF}\u{10FFFF}\"",
  ])
  func `well-formed text passes`(text: String) {
    #expect(offset(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("", 0), ("   ", 3), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6),
    ("{\"a\":1,}", 7),
    ("{,}", 1), ("{a:1}", 1), ("{\"a\" 1}", 5), ("[1", 2), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3),
    ("tru", 3), ("trve", 2), ("nul", 3), ("+1", 0), (".5", 0), ("1.", 2), ("-", 1), ("1e", 2),
    ("1e+", 3), ("\"a", 2), (#""\x""#, 1), (#""\u12""#, 5), (#""\u12g4""#, 5), (#""\"#, 1),
    ("{} {}", 3), ("{}x", 2), ("1 2", 2), ("// c\n1", 0), ("NaN", 0), ("'a'", 0),
  ])
  func `malformed text is refused where it goes wrong`(text: String, at: Int) {
    #expect(offset(Array(text.utf8)) == at)
  }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x22], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE2, 0x82],
      [0xF0, 0x80, 0x80, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
    ] as [[UInt8]])
  func `invalid UTF-8 is refused at its first byte`(sequence: [UInt8]) {
    #expect(offset([0x22, 0x61] + sequence + [0x22]) == 2)
  }

  @Test func `a byte-order mark is refused`() {
    #expect(offset([0xEF, 0xBB, 0xBF, 0x7B, 0x7D]) == 0)
  }

  @Test(arguments: [
    #""\uD83D""#, #""\uD83Dx""#, #""\uD83D\n""#, #""\uD83D\uD83D""#, #""\uDE00""#,
    #""\uDE00\uD83D""#,
  ])
  func `an unpaired surrogate is refused`(text: String) {
    #expect(offset(Array(text.utf8)) == 1)
  }

  @Test func `NUL and bare control characters are refused in a string`() {
    #expect(offset(Array(#""a\u0000""#.utf8)) == 2)
    for control in UInt8(0)..<0x20 {
      #expect(offset([0x22, control, 0x22]) == 1)
    }
    #expect(offset([0x22, 0x7F, 0x22]) == nil)
  }

  @Test func `nesting may be sixteen deep and no deeper`() {
    func nested(_ depth: Int, _ open: String, _ inner: String, _ close: String) -> [UInt8] {
      let text =
        String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
      return Array(text.utf8)
    }
    #expect(offset(nested(16, "[", "1", "]")) == nil)
    #expect(offset(nested(17, "[", "", "]")) == 16)
    #expect(offset(nested(16, "{\"a\":", "1", "}")) == nil)
    #expect(offset(nested(17, "{\"a\":", "1", "}")) == 80)
    #expect(offset(Array(repeating: UInt8(ascii: "["), count: 1 << 20)) == 16)
  }
}

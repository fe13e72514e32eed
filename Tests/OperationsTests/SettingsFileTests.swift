import Testing

@testable import Operations

@Suite struct SettingsFileTests {
  @Test func `nested members become keys with their places`() throws {
    let file = try SettingsFile(
      Array(
        """
        {
          "edge": {"port": 8080, "timeoutMax": "10s"},
          "ephemeral": true,
          "orders": {"inventory": ["a:1", "b:2"]}
        }
        """.utf8))
    #expect(
      file.entries.map(\.key) == ["edge.port", "edge.timeoutMax", "ephemeral", "orders.inventory"])
    #expect(file.entries.map(\.text) == ["8080", "10s", "true", "a:1,b:2"])
    #expect(
      file.entries.map(\.position.description).prefix(2) == [
        "line 2, column 20", "line 2, column 40",
      ])
  }

  @Test func `escapes are read`() throws {
    let file = try SettingsFile(Array(#"{"dataDir":"\u002Ftmp\/\"\\\ud83d\ude08\t"}"#.utf8))
    #expect(file.entries.first?.text == "/tmp/\"\\😈\t")
  }

  static let broken: [(String, SettingsFileError.Reason, Int, Int)] = [
    ("", .truncated, 1, 1),
    ("[]", .expected("{"), 1, 1),
    ("\u{FEFF}{}", .expected("{"), 1, 1),
    ("{\n\"a\" 1}", .expected(":"), 2, 5),
    ("{\"a\":1,}", .expected("a key in quotes"), 1, 8),
    ("{\"a\":1 \"b\":2}", .expected(", or }"), 1, 8),
    ("{\"a\":1} x", .expected("nothing after the last }"), 1, 9),
    ("{\"a\":tru}", .expected("a value"), 1, 6),
    ("{\"a\":01}", .expected("a value"), 1, 6),
    ("{\"a\":[1}", .expected(", or ]"), 1, 8),
    ("{\"a\":[[1]]}", .expected("a value"), 1, 7),
    ("{\"a\":null}", .noValue("a"), 1, 6),
    ("{\"a\":{\"b\":1},\n \"a\":{\"c\":1}}", .givenTwice("a"), 2, 2),
    ("{\"a\":\"\\x\"}", .badEscape, 1, 7),
    ("{\"a\":\"\\ud83d\"}", .badEscape, 1, 7),
    ("{\"a\":\"\\u00\"}", .badEscape, 1, 7),
    ("{\"a\":\"x\ny\"}", .expected("no raw control character in a string"), 1, 8),
  ]

  @Test(arguments: broken)
  func `a mistake is reported where it is`(
    text: String, reason: SettingsFileError.Reason, line: Int, column: Int
  ) {
    let error = SettingsFileError(
      reason: reason, position: TextPosition(line: line, column: column))
    #expect(throws: error) { try SettingsFile(Array(text.utf8)) }
  }

  @Test func `a file cut anywhere is refused at its end`() {
    let whole = Array(#"{"edge":{"port":8080,"host":"\u0061"},"x":[true,"b"]}"#.utf8)
    for count in 0..<whole.count {
      #expect(throws: SettingsFileError.self, "\(count) bytes") {
        try SettingsFile(Array(whole.prefix(count)))
      }
    }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(
      throws: SettingsFileError(reason: .notUTF8, position: TextPosition(line: 1, column: 6))
    ) { try SettingsFile(Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8)) }
  }

  @Test func `nesting and length have a limit`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array(
        (String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth))
          .utf8)
    }
    _ = try SettingsFile(nested(SettingsFile.depthMax))
    #expect(throws: SettingsFileError.self) { try SettingsFile(nested(SettingsFile.depthMax + 1)) }
    let space = [UInt8](repeating: 0x20, count: SettingsFile.bytesMax - 2)
    _ = try SettingsFile(Array("{}".utf8) + space)
    #expect(throws: SettingsFileError.self) { try SettingsFile(Array("{} ".utf8) + space) }
  }
}

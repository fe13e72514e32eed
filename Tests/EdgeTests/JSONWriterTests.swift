import Testing

@testable import Edge

@Suite struct JSONWriterTests {
  private func written(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `only what must be escaped is escaped`() {
    let text = "\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F} \"\\/\u{7F}é€😀"
    let escaped = #""\u0000\u0001\b\t\n\u000b\f\r\u001f \"\\/"# + "\u{7F}é€😀\""
    #expect(written(text) == escaped)
  }

  @Test(arguments: [
    (Int64.min, "-9223372036854775808"), (-1, "-1"), (0, "0"), (9, "9"), (10, "10"),
    (9_007_199_254_740_991, "9007199254740991"), (Int64.max, "9223372036854775807"),
  ])
  func `an integer is written with all its digits`(value: Int64, text: String) {
    var writer = JSONWriter()
    writer.integer(value)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test func `commas stand between values and nowhere else`() throws {
    var writer = JSONWriter()
    try writer.object { (writer) throws(BoundError) in
      writer.member("a", 1)
      writer.member("b")
      try writer.array([1, 2] as [Int64]) { (writer, value) throws(BoundError) in
        try writer.object { (writer) throws(BoundError) in writer.member("v", value) }
      }
      writer.member("c")
      try writer.array([] as [Int64]) { (_, _) throws(BoundError) in }
      writer.member("d", "x")
    }
    let golden = #"{"a":1,"b":[{"v":1},{"v":2}],"c":[],"d":"x"}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == golden)
  }

  @Test func `a figure outside its bound is refused by name and not rounded`() {
    var writer = JSONWriter()
    #expect(throws: BoundError("version", 0)) {
      try writer.member("version", 0, in: IntegerBound.version)
    }
    #expect(throws: BoundError("onHand", 9_007_199_254_740_992)) {
      try writer.member("onHand", 9_007_199_254_740_992, in: IntegerBound.level)
    }
  }
}

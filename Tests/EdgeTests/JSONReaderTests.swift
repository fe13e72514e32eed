import Testing

@testable import Edge

/// Reading one member `v` of an object, which is where every rule of the reader shows.
@Suite struct JSONReaderTests {
  private func integer(
    _ token: String, in bound: ClosedRange<Int64> = IntegerBound.delta
  ) throws(InputError) -> Int64? {
    var value: Int64?
    var reader = try JSONReader(Array(#"{"v":\#(token)}"#.utf8))
    try reader.object(["v"]) { (_, reader) throws(InputError) in
      value = try reader.integer(in: bound)
    }
    return value
  }

  private func string(_ token: String) throws(InputError) -> String? {
    var value: String?
    var reader = try JSONReader(Array(#"{"v":\#(token)}"#.utf8))
    try reader.object(["v"]) { (_, reader) throws(InputError) in value = try reader.string() }
    return value
  }

  private func reason(_ body: () throws(InputError) -> Void) -> InputError.Reason? {
    do throws(InputError) {
      try body()
      return nil
    } catch {
      return error.reason
    }
  }

  @Test(arguments: [
    ("0", 0), ("5", 5), ("-5", -5), ("1000000", 1_000_000), (" \t\r\n7 ", 7),
    ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
  ])
  func `an integer in its one form is read`(token: String, value: Int64) throws {
    #expect(try integer(token) == value)
  }

  @Test(arguments: [
    "1.0", "1e3", "1E3", "-0", "01", "-01", "00", "0.0", "\"5\"", "true", "null", "[1]", "{}",
    "1.5e-3",
  ])
  func `an integer in any other form is of the wrong type`(token: String) {
    #expect(throws: InputError(.wrongType, at: ".v", "must be an integer")) {
      _ = try integer(token)
    }
  }

  @Test(arguments: [
    "9007199254740992", "-9007199254740992", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551616",
    String(repeating: "9", count: 400),
  ])
  func `an integer out of its bound is told both bounds`(token: String) {
    let expected = InputError(
      .valueOutOfRange, at: ".v",
      "must be an integer from -9007199254740991 to 9007199254740991")
    #expect(throws: expected) { _ = try integer(token) }
  }

  @Test(arguments: [
    (#""""#, ""), (#""a b""#, "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u20AC\uD83D\uDE00""#, "Aé€😀"), ("\"é€😀\u{10FFFF}\"", "é€😀\u{10FFFF}"),
    (#""\\u0041""#, "\\u0041"),
  ])
  func `a string is read with its escapes resolved`(token: String, value: String) throws {
    #expect(try string(token) == value)
  }

  @Test(arguments: ["1", "true", "null", "[]", "{}"])
  func `what is no string is of the wrong type`(token: String) {
    #expect(throws: InputError(.wrongType, at: ".v", "must be a string")) {
      _ = try string(token)
    }
  }

  @Test func `a repeated member is found even when it is spelled with an escape`() {
    #expect(throws: InputError(.duplicateField, at: ".v", "is given more than once")) {
      _ = try integer(#"1,"\u0076":2"#)
    }
  }

  @Test func `an unknown member is named`() {
    #expect(throws: InputError(.unknownField, at: ".qty", "is not a member of this object")) {
      _ = try integer(#"1,"qty":{"deep":[1,2]}"#)
    }
  }

  @Test func `the name of an unknown member is cut before it makes a problem long`() throws {
    let name = String(repeating: "x", count: 5000)
    do throws(InputError) {
      _ = try integer(#"1,"\#(name)":2"#)
      Issue.record("an unknown member was taken")
    } catch {
      #expect(error.path.count == 128)
    }
  }

  @Test(arguments: [(0, false), (1, true), (3, true), (4, false)])
  func `an array has as many entries as allowed`(count: Int, isAllowed: Bool) {
    let text = "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
    var read = 0
    let found = reason { () throws(InputError) in
      var reader = try JSONReader(Array(text.utf8))
      try reader.array(count: 1...3) { (reader) throws(InputError) in
        _ = try reader.integer(in: 1...1)
        read += 1
      }
    }
    #expect(found == (isAllowed ? nil : .valueOutOfRange))
    #expect(read == min(count, 3))
  }

  @Test func `a syntax error behind an offence wins over it`() {
    #expect(reason { () throws(InputError) in _ = try integer(#"1,"qty":2} x"#) } == .malformedJSON)
    #expect(reason { () throws(InputError) in _ = try integer("\"5\",") } == .malformedJSON)
  }
}

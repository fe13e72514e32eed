import Testing

@testable import LoadTest

@Suite struct JSONValueTests {
  @Test func `what was written is read again`() throws {
    let value: JSONValue = [
      "z": .text("\"\\\n\t\u{1}\u{7F}é😈</script>"), "a": .integer(.max), "n": .null,
      "list": .array([.bool(true), .bool(false), .number(-1.5e-9), .array([]), .object([])]),
    ]
    let read = try JSONValue.read(Array(value.document.utf8))
    #expect(read.agrees(with: value))
    #expect(read["a"] == .integer(.max))
    #expect(read.members.map(\.name) == ["a", "list", "n", "z"])
  }

  @Test(arguments: ["", "{", "[1,,]", "{\"a\"}", "nul", "--1", "\"", "1 2", "[1 2]"])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: (any Error).self) { try JSONValue.read(Array(text.utf8)) }
  }

  @Test func `nesting without end is refused before the stack is used up`() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: (any Error).self) { try JSONValue.read(Array(text.utf8)) }
  }

  @Test func `values that differ anywhere do not agree`() {
    let value: JSONValue = ["a": .array([.integer(1)]), "b": .text("x")]
    #expect(value.agrees(with: ["b": .text("x"), "a": .array([.number(1)])]))
    for other: JSONValue in [
      ["a": .array([.integer(1)])], ["a": .array([.integer(2)]), "b": .text("x")],
      ["a": .array([]), "b": .text("x")], ["a": .array([.integer(1)]), "b": .null],
    ] {
      #expect(!value.agrees(with: other))
      #expect(!other.agrees(with: value))
    }
  }
}

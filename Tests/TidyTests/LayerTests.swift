import Foundation
import Testing

/// A module imports only what stands in a lower layer, so a circle cannot be written.
@Suite struct LayerTests {
  static let layers: [[String]] = [
    ["CLibpq", "CMalloc", "CNghttp2", "CZlib"],
    ["Wire", "HTTP2"],
    ["RPC"],
    ["Transport", "Postgres"],
    ["Contracts"],
    ["Operations"],
    ["Inventory", "Orders", "Edge", "LoadTest"],
    ["Orderly", "RPCLoad", "Benchmarks"],
  ]

  static func layer(_ module: String) -> Int? {
    layers.firstIndex { $0.contains(module) }
  }

  static func imports(_ file: SourceTree.File) -> [String] {
    file.code.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count, index <= 2 else {
        return nil
      }
      return String(words[index + 1])
    }
  }

  @Test func `imports go down only`() throws {
    for file in try SourceTree.swiftFiles("Sources") {
      let own = try #require(Self.layer(file.module), "\(file.path) is in no layer")
      for module in Self.imports(file) {
        guard let other = Self.layer(module) else { continue }
        #expect(other < own, "\(file.path) imports \(module), which is not below it")
      }
    }
  }

  @Test func `the machines know no socket, no clock and no task`() throws {
    for file in try SourceTree.swiftFiles("Sources") where ["Wire", "HTTP2"].contains(file.module) {
      for module in Self.imports(file) {
        #expect(module == "CNghttp2", "\(file.path) imports \(module)")
      }
      for word in ["Task", "ContinuousClock", "SuspendingClock", "async"] {
        #expect(!Words.contains(word, in: file.code), "\(file.path) uses \(word)")
      }
    }
  }

  @Test func `only one module each touches a C library`() throws {
    for file in try SourceTree.swiftFiles("Sources") {
      let imports = Self.imports(file)
      if imports.contains("CNghttp2") { #expect(file.module == "HTTP2", "\(file.path)") }
      if imports.contains("CMalloc") { #expect(file.module == "Transport", "\(file.path)") }
      if imports.contains("CZlib") { #expect(file.module == "RPC", "\(file.path)") }
      if imports.contains("CLibpq") { #expect(file.module == "Postgres", "\(file.path)") }
    }
  }

  @Test func `every folder of Sources is in a layer, and every module has tests`() throws {
    let modules = Set(try SourceTree.swiftFiles("Sources").map(\.module))
    for module in modules { #expect(Self.layer(module) != nil, "\(module)") }
    let suites = Set(try SourceTree.swiftFiles("Tests").map(\.module))
    for module in modules where !["Orderly", "RPCLoad", "Benchmarks"].contains(module) {
      #expect(suites.contains("\(module)Tests"), "\(module) has no tests")
    }
  }

  @Test func `the rules of prices and orders know no floating point`() throws {
    for file in try SourceTree.swiftFiles("Sources")
    where ["Contracts", "Inventory", "Orders"].contains(file.module) {
      for word in ["Double", "Float", "Float16", "Float80", "CGFloat", "Decimal"] {
        #expect(!Words.contains(word, in: file.code), "\(file.path) uses \(word)")
      }
      for type in ["real", "double precision", "float8", "float4", "numeric"] {
        #expect(!Words.contains(type, in: file.text.lowercased()), "\(file.path) has \(type)")
      }
    }
  }
}

/// Whole words, not parts of longer ones.
enum Words {
  static func contains(_ word: String, in text: String) -> Bool {
    var start = text.startIndex
    while let range = text.range(of: word, range: start..<text.endIndex) {
      let before =
        range.lowerBound == text.startIndex ? " " : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? " " : text[range.upperBound]
      if !isWordCharacter(before), !isWordCharacter(after) { return true }
      start = range.upperBound
    }
    return false
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}

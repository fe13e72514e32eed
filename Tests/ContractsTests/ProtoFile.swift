import Foundation

/// What a .proto file declares, as far as ours go: messages, enums (also inside messages), maps and
/// services. It reads the text itself, so that comparing with it needs no tool.
struct ProtoFile {
  struct Field: Equatable {
    /// "", "optional" or "repeated".
    let label: String
    /// As written, for example `int64`, `StockLine` or `map<string, string>`.
    let type: String
    let name: String
    let number: Int
  }

  struct Method: Equatable {
    let name: String
    let request: String
    let response: String
  }

  private(set) var package = ""
  /// By name, as written; one inside a message has the message's name and a dot before it.
  private(set) var messages: [String: [Field]] = [:]
  private(set) var enums: [String: [String: Int32]] = [:]
  private(set) var services: [String: [Method]] = [:]

  struct Unreadable: Error {
    let near: String
  }

  private var tokens: ArraySlice<String>

  init(_ url: URL) throws {
    tokens = Self.tokens(try String(contentsOf: url, encoding: .utf8))[...]
    while let word = tokens.first {
      switch word {
      case "package":
        package = tokens[tokens.startIndex + 1]
        try skipStatement()
      case "message": try readMessage(inside: "")
      case "enum": try readEnum(inside: "")
      case "service": try readService()
      default: try skipStatement()
      }
    }
  }

  private mutating func readMessage(inside outer: String) throws {
    try take("message")
    let name = outer + (try take())
    try take("{")
    var fields: [Field] = []
    while tokens.first != "}" {
      switch tokens.first {
      case "message": try readMessage(inside: name + ".")
      case "enum": try readEnum(inside: name + ".")
      case "reserved", "option": try skipStatement()
      default: fields.append(try readField())
      }
    }
    try take("}")
    messages[name] = fields
  }

  private mutating func readField() throws -> Field {
    var label = ""
    if tokens.first == "optional" || tokens.first == "repeated" { label = try take() }
    var type = try take()
    if type == "map" {
      try take("<")
      let key = try take()
      try take(",")
      type = "map<\(key), \(try take())>"
      try take(">")
    }
    let name = try take()
    try take("=")
    guard let number = Int(try take()) else { throw Unreadable(near: name) }
    try skipStatement()
    return Field(label: label, type: type, name: name, number: number)
  }

  private mutating func readEnum(inside outer: String) throws {
    try take("enum")
    let name = outer + (try take())
    try take("{")
    var numbers: [String: Int32] = [:]
    while tokens.first != "}" {
      if tokens.first == "reserved" {
        try skipStatement()
        continue
      }
      let value = try take()
      try take("=")
      guard let number = Int32(try take()) else { throw Unreadable(near: value) }
      numbers[value] = number
      try skipStatement()
    }
    try take("}")
    enums[name] = numbers
  }

  private mutating func readService() throws {
    try take("service")
    let name = try take()
    try take("{")
    var methods: [Method] = []
    while tokens.first != "}" {
      try take("rpc")
      let method = try take()
      try take("(")
      let request = try takeMessage()
      try take(")")
      try take("returns")
      try take("(")
      let response = try takeMessage()
      try take(")")
      try skipStatement()
      methods.append(Method(name: method, request: request, response: response))
    }
    try take("}")
    services[name] = methods
  }

  /// A message's name, whether or not it is streamed.
  private mutating func takeMessage() throws -> String {
    let word = try take()
    return word == "stream" ? try take() : word
  }

  @discardableResult
  private mutating func take() throws -> String {
    guard let token = tokens.popFirst() else { throw Unreadable(near: "the end") }
    return token
  }

  private mutating func take(_ expected: String) throws {
    let token = try take()
    guard token == expected else { throw Unreadable(near: "\(token), not \(expected)") }
  }

  private mutating func skipStatement() throws {
    while try take() != ";" {}
  }

  /// Words (with their dots), strings and single signs; comments are gone.
  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    for line in text.split(separator: "\n") {
      let code = line.prefix(upTo: line.range(of: "//")?.lowerBound ?? line.endIndex)
      var word = ""
      for character in code {
        if character.isLetter || character.isNumber || "_.\"/".contains(character) {
          word.append(character)
          continue
        }
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if !character.isWhitespace { tokens.append(String(character)) }
      }
      if !word.isEmpty { tokens.append(word) }
    }
    return tokens
  }
}

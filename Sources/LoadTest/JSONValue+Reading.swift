internal import Foundation

/// Reading documents, by Foundation's decoder: a file is input like any other, and what is not JSON
/// is refused by code that many have tried.
extension JSONValue: Decodable {
  /// - Throws: `DecodingError` for what is no JSON document.
  static func read(_ bytes: [UInt8]) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  public init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Name.self) {
      self = .object(
        try members.allKeys.map {
          Member(name: $0.stringValue, value: try members.decode(JSONValue.self, forKey: $0))
        })
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var values: [JSONValue] = []
      while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
      self = .array(values)
      return
    }
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let value = try? single.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? single.decode(UInt64.self) {
      self = .integer(value)
    } else if let value = try? single.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try single.decode(String.self))
    }
  }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

/// Looking into a document. What is absent or of another type is nil, because a file that another
/// version wrote may lack anything.
extension JSONValue {
  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// By name: a document that was read has lost the order in which it was written.
  var members: [Member] {
    guard case .object(let members) = self else { return [] }
    return members.sorted { $0.name < $1.name }
  }

  package var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

  package var string: String? { if case .text(let text) = self { text } else { nil } }

  var isTrue: Bool { self == .bool(true) }

  var unsigned: UInt64? { if case .integer(let value) = self { value } else { nil } }

  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .bool, .text, .array, .object: nil
    }
  }

  /// On one line, for people.
  var compact: String {
    switch self {
    case .null: "-"
    case .bool(let value): value ? "yes" : "no"
    case .integer(let value): "\(value)"
    case .number(let value): Decimals.shortest(value, placesMax: 6)
    case .text(let text): text
    case .array(let values): values.map(\.compact).joined(separator: ", ")
    case .object: members.map { "\($0.name) \($0.value.compact)" }.joined(separator: ", ")
    }
  }

  /// Whether both say the same; the order of members does not matter, nor how a number was written.
  func agrees(with other: JSONValue) -> Bool {
    if let double, let same = other.double { return double == same }
    switch (self, other) {
    case (.array(let mine), .array(let theirs)):
      return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.agrees(with: $1) }
    case (.object, .object):
      return members.map(\.name) == other.members.map(\.name)
        && zip(members, other.members).allSatisfy { $0.value.agrees(with: $1.value) }
    default: return self == other
    }
  }
}

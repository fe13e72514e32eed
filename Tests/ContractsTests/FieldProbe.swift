import Foundation
import Testing
import Wire

/// One field of a message, written by hand from what the .proto file says about it.
struct FieldProbe {
  let field: ProtoFile.Field
  let isEnum: Bool
  /// Name of the message, for a failure to say.
  let message: String

  func check(_ type: any WireMessage.Type) throws {
    let place = Comment(rawValue: "\(message).\(field.name)")
    let sample = sample
    let read = try type.init(wireBytes: sample)
    #expect(read.wireBytes == sample, place)

    // The property of that name took it, and no other did.
    let before = Array(Mirror(reflecting: type.init()).children)
    let after = Array(Mirror(reflecting: read).children)
    let changed = zip(before, after).filter {
      String(reflecting: $0.value) != String(reflecting: $1.value)
    }
    #expect(changed.map(\.1.label) == [Self.swiftName(field.name)], place)
    let value = try #require(changed.first?.1.value, place)
    #expect(String(describing: Swift.type(of: value)) == swiftType, place)

    // Twice the field is twice the value where it is repeated, and only there.
    let twice = try type.init(wireBytes: sample + sample)
    let isRepeated = field.label == "repeated"
    #expect(twice.wireBytes == (isRepeated ? sample + sample : sample), place)

    // A default that is there is written again only where presence is explicit.
    let zero = try type.init(wireBytes: zero).wireBytes
    #expect(zero == (hasPresence || isRepeated ? self.zero : []), place)
  }

  /// lowerCamel, with the words that Swift writes in capitals.
  static func swiftName(_ name: String) -> String {
    let capitals = ["id": "ID", "ids": "IDs", "sku": "SKU", "skus": "SKUs", "url": "URL"]
    let words = name.split(separator: "_").map(String.init)
    return words[0] + words.dropFirst().map { capitals[$0] ?? $0.capitalized }.joined()
  }

  private var swiftType: String {
    let one =
      switch field.type {
      case "int32": "Int32"
      case "int64": "Int64"
      case "bool": "Bool"
      case "string": "String"
      case "map<string, string>": "Dictionary<String, String>"
      case "google.protobuf.Any": "AnyDetail"
      default: field.type.split(separator: ".").last.map(String.init) ?? field.type
      }
    if field.label == "repeated" { return "Array<\(one)>" }
    return hasPresence ? "Optional<\(one)>" : one
  }

  private enum Kind { case number, text, message, map }

  private var kind: Kind {
    switch field.type {
    case "int32", "int64", "bool": .number
    case "string": .text
    case "map<string, string>": .map
    default: isEnum ? .number : .message
    }
  }

  private var hasPresence: Bool {
    field.label == "optional" || (kind == .message && field.label == "")
  }

  /// A value that fits no narrower type: what is read as one comes out as something else.
  private var sample: [UInt8] {
    switch field.type {
    case "bool": tag(0) + [1]
    case "int64": tag(0) + [0x80, 0x80, 0x80, 0x80, 0x10]  // 2^32
    case "string": tag(2) + [2, 0xC3, 0xA9]
    case "map<string, string>": tag(2) + [6, 0x0A, 1, 0x6B, 0x12, 1, 0x76]
    default:
      // −1 of 32 bits takes ten bytes, unless it is written as something else than int32.
      kind == .number ? tag(0) + Array(repeating: 0xFF, count: 9) + [1] : tag(2) + [0]
    }
  }

  private var zero: [UInt8] {
    switch kind {
    case .number: tag(0) + [0]
    case .text, .message: tag(2) + [0]
    case .map: []
    }
  }

  private func tag(_ type: UInt8) -> [UInt8] {
    [UInt8(field.number << 3) | type]  // Numbers up to 15, which is all that the contracts use.
  }
}

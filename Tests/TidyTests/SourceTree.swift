import Foundation

/// The project's own files, as text.
struct SourceTree {
  struct File {
    /// From the project's root, for example `Sources/Wire/Varint.swift`.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The target the file belongs to.
    var module: String {
      let parts = path.split(separator: "/")
      return parts.count > 1 ? String(parts[1]) : ""
    }
    /// The text without comments and string literals, so that a word in prose is no word in code.
    var code: String { CodeText.strip(text) }
  }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file below `folder`, in a fixed order.
  static func swiftFiles(_ folder: String) throws -> [File] {
    let base = root.appending(path: folder)
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: base.path(percentEncoded: false))
    return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      File(
        path: "\(folder)/\(name)",
        text: try String(contentsOf: base.appending(path: name), encoding: .utf8))
    }
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

/// Swift source reduced to its code.
enum CodeText {
  static func strip(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let quote = UInt8(ascii: "\"")
    let newline = UInt8(ascii: "\n")
    let backslash = UInt8(ascii: "\\")
    var code: [UInt8] = []
    code.reserveCapacity(bytes.count)
    var index = 0
    func starts(_ prefix: StaticString, at index: Int) -> Bool {
      let wanted = Array("\(prefix)".utf8)
      return index + wanted.count <= bytes.count
        && bytes[index..<index + wanted.count].elementsEqual(wanted)
    }
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "/"), starts("//", at: index) {
        while index < bytes.count, bytes[index] != newline { index += 1 }
      } else if bytes[index] == quote, starts("\"\"\"", at: index) {
        index += 3
        while index < bytes.count, !starts("\"\"\"", at: index) {
          if bytes[index] == newline { code.append(newline) }
          index += 1
        }
        index += 3
        code += [quote, quote]
      } else if bytes[index] == quote {
        index += 1
        while index < bytes.count, bytes[index] != quote, bytes[index] != newline {
          index += bytes[index] == backslash ? 2 : 1
        }
        index += 1
        code += [quote, quote]
      } else {
        code.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: code, as: UTF8.self)
  }
}

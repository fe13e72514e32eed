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
    let names = try FileManager.default.subpathsOfDirectory(atPath: base.path(percentEncoded: false))
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
    var code = ""
    var index = text.startIndex
    func starts(_ prefix: String) -> Bool { text[index...].hasPrefix(prefix) }
    func skip(past end: String) {
      guard let range = text[index...].range(of: end) else {
        index = text.endIndex
        return
      }
      index = range.upperBound
    }
    while index < text.endIndex {
      if starts("//") {
        while index < text.endIndex, text[index] != "\n" { index = text.index(after: index) }
      } else if starts("\"\"\"") {
        index = text.index(index, offsetBy: 3)
        skip(past: "\"\"\"")
        code += "\"\""
      } else if text[index] == "\"" {
        index = text.index(after: index)
        while index < text.endIndex, text[index] != "\"", text[index] != "\n" {
          if text[index] == "\\" { index = text.index(after: index) }
          if index < text.endIndex { index = text.index(after: index) }
        }
        if index < text.endIndex { index = text.index(after: index) }
        code += "\"\""
      } else {
        code.append(text[index])
        index = text.index(after: index)
      }
    }
    return code
  }
}

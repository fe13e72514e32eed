/// A configuration file, flattened: `{"edge":{"port":8080}}` is the entry `edge.port` = `8080`.
///
/// JSON is read by hand here because a mistake has to be reported with its line and column, a value
/// of the wrong form too, and a member given twice must not silently win over the first.
struct SettingsFile: Equatable, Sendable {
  struct Entry: Equatable, Sendable {
    let key: String
    /// As a flag would give it: the content of a string, the digits of a number, `true`, `a,b`.
    let text: String
    let position: TextPosition
  }

  static let bytesMax = 1 << 20  // Settings are a page of text; what is longer is another file.
  static let depthMax = 16  // Keys have two levels; the bound keeps recursion off the stack's end.

  let entries: [Entry]

  init(_ bytes: [UInt8]) throws(SettingsFileError) {
    var scanner = SettingsScanner(bytes)
    self.entries = try scanner.file()
  }
}

/// A place in a text file. Both count from 1; a column is a byte.
struct TextPosition: Equatable, Sendable, CustomStringConvertible {
  let line: Int
  let column: Int
  var description: String { "line \(line), column \(column)" }
}

/// Why a configuration file is not one.
struct SettingsFileError: Error, Equatable, Sendable, CustomStringConvertible {
  enum Reason: Equatable, Sendable {
    case expected(String)
    case truncated
    case badEscape
    case notUTF8
    case tooDeep
    case tooLong
    case givenTwice(String)
    case noValue(String)
  }
  let reason: Reason
  let position: TextPosition

  var description: String {
    let what =
      switch reason {
      case .expected(let what): "expected \(what)"
      case .truncated: "the file ends too early"
      case .badEscape: "no JSON escape"
      case .notUTF8: "not UTF-8"
      case .tooDeep: "nested deeper than \(SettingsFile.depthMax)"
      case .tooLong: "longer than \(SettingsFile.bytesMax) bytes"
      case .givenTwice(let key): "\(LogText.oneLine(key)) is given twice"
      case .noValue(let key):
        "\(LogText.oneLine(key)) is null; leave it out to get the default"
      }
    return "\(position): \(what)"
  }
}

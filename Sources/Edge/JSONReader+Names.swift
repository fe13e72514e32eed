internal import Contracts

extension InputError {
  static func missing(_ path: String) -> InputError {
    InputError(.missingField, at: path, "is required")
  }

  /// The same offence with `$` before its path, the root of a body. What is wrong with the body as
  /// a whole has the root already.
  var inBody: InputError { reason == .malformedJSON ? self : inside("$") }
}

extension JSONReader {
  /// A name that somebody outside gives: 1 to 128 visible ASCII characters.
  mutating func visibleASCII() throws(InputError) -> String {
    let text = try string()
    guard VisibleASCII.isValid(text, bytes: 1...VisibleASCII.bytesMax) else {
      throw InputError(
        .invalidValue, at: "",
        "must have from 1 to \(VisibleASCII.bytesMax) visible ASCII characters")
    }
    return text
  }
}

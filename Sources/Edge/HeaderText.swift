/// The small grammar that header values share.
enum HeaderText {
  /// Without the optional white space around it. (RFC 9110 §5.6.3)
  static func trim(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return String(rest)
  }

  /// The text inside `"…"` with its backslash escapes resolved, or nil when the quotes or escapes
  /// are not whole. (RFC 9651 §4.2.5)
  static func unquote(_ text: String) -> String? {
    guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
    var content = ""
    var isEscaped = false
    for scalar in text.unicodeScalars.dropFirst().dropLast() {
      if isEscaped {
        guard scalar == "\"" || scalar == "\\" else { return nil }
        content.unicodeScalars.append(scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        guard scalar != "\"" else { return nil }
        content.unicodeScalars.append(scalar)
      }
    }
    return isEscaped ? nil : content
  }
}

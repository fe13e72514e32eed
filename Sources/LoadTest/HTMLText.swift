/// Text inside a page: names and messages of peers must not become markup.
enum HTMLText {
  static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// - Parameter endsInWords: the last column holds words, which are read from the left and may
  ///   take several lines.
  static func table(
    _ head: [String], _ rows: [[String]], endsInWords: Bool = false
  ) -> String {
    let titles = head.map { "<th>\(escape($0))</th>" }.joined()
    let lines = rows.map { row in
      "<tr>" + row.map { "<td>\(escape($0))</td>" }.joined() + "</tr>"
    }
    let opening = endsInWords ? "<table class=\"words\">" : "<table>"
    return opening + "<thead><tr>\(titles)</tr></thead><tbody>\(lines.joined())</tbody></table>"
  }

  /// A page that stands alone: one style sheet inside it, no script and nothing to fetch.
  static func page(title: String, _ content: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <title>\(escape(title))</title>
    <style>\(PageStyle.sheet)</style></head><body>
    <h1>\(escape(title))</h1>
    \(content)
    </body></html>

    """
  }
}

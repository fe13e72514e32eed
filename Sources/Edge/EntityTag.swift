/// The strong entity tag that stands for a version, `"3"`. (RFC 9110 §8.8.3)
enum EntityTag {
  static func strong(_ version: Int64) -> String { "\"\(version)\"" }

  /// The version that `If-Match` asks for; nil without one, and for `*`, which any version is.
  /// Tags of ours are strong and numbers, and only one can be the order's. (RFC 9110 §13.1.1)
  static func version(ifMatch lines: [String]) throws(InputError) -> Int64? {
    guard !lines.isEmpty else { return nil }
    let text = lines.count == 1 ? HeaderText.trim(lines[0][...]) : ""
    if text == "*" { return nil }
    let digits = text.dropFirst().dropLast()
    guard text.count > 2, text.first == "\"", text.last == "\"",
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != "0",
      let version = Int64(digits)
    else {
      throw InputError(
        .invalidValue, at: "header.If-Match", "must be one strong tag of an order, or *")
    }
    return version
  }

  /// Whether `If-None-Match` holds `*` or the tag, compared weakly. (RFC 9110 §13.1.2)
  static func matches(ifNoneMatch lines: [String], _ tag: String) -> Bool {
    for line in lines {
      for element in line.split(separator: ",") {
        let candidate = HeaderText.trim(element)
        if candidate == "*" || candidate == tag || candidate == "W/" + tag { return true }
      }
    }
    return false
  }
}

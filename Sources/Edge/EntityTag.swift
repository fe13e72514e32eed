/// The strong entity tag that stands for a version, `"3"`. (RFC 9110 §8.8.3)
enum EntityTag {
  static func strong(_ version: Int64) -> String { "\"\(version)\"" }

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

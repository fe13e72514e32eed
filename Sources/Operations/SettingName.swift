/// The three spellings of a key. A word begins at a dot and where a capital follows a small letter;
/// swift-configuration's environment provider cuts at the same places, which a test holds it to.
public enum SettingName {
  static let variablePrefix = "ORDERLY_"
  public static let configFileFlag = "--config-file"
  public static let configFileVariable = "ORDERLY_CONFIG_FILE"

  /// `edge.timeoutMax` is `--edge-timeout-max`.
  public static func flag(of key: String) -> String {
    "--" + words(of: key).joined(separator: "-")
  }

  /// `edge.timeoutMax` is `ORDERLY_EDGE_TIMEOUT_MAX`.
  public static func variable(of key: String) -> String {
    variablePrefix + words(of: key).joined(separator: "_").uppercased()
  }

  private static func words(of key: String) -> [String] {
    var words: [String] = []
    var word = ""
    var previous: Character = "."
    for character in key {
      if character == "." || (previous.isLowercase && character.isUppercase) {
        words.append(word)
        word = ""
      }
      if character != "." { word += character.lowercased() }
      previous = character
    }
    return words + [word]
  }

  /// The known name closest to a mistyped one, or nil when none is close enough to be meant.
  static func nearest(to name: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().utf8)
    // A third of the letters may be wrong: more than that is another word.
    var best = (distance: max(2, wanted.count / 3) + 1, name: String?.none)
    for candidate in known {
      let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
      if distance < best.distance { best = (distance, candidate) }
    }
    return best.name
  }

  /// Insertions, deletions, replacements and swapped neighbours that lead from one to the other.
  private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var rowBefore = [Int](), row = Array(0...right.count)
    for i in left.indices {
      var next = [i + 1]
      for j in right.indices {
        var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          cost = min(cost, rowBefore[j - 1] + 1)
        }
        next.append(cost)
      }
      (rowBefore, row) = (row, next)
    }
    return row[right.count]
  }
}

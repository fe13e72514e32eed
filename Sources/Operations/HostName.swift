/// A host's name as certificates have it: letters, digits and hyphens between dots, and no address.
enum HostName {
  static func isValid(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 253, let last = labels.last else { return false }
    // No domain at the top is a number, and every address of IPv4 ends with one. (RFC 3696 §2)
    return labels.allSatisfy(isLabel) && !last.allSatisfy(\.isNumber)
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
      && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  }
}

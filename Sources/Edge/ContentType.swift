/// What the edge takes as a request body's type and coding.
enum ContentType {
  static let json = "application/json"
  static let problem = "application/problem+json"

  /// `application/json`, with no parameter but `charset=utf-8`, in any case.
  static func isJSON(_ lines: [String]) -> Bool {
    guard lines.count == 1, let line = lines.first else { return false }
    let parts = line.lowercased().split(separator: ";", omittingEmptySubsequences: false)
      .map { HeaderText.trim($0) }
    guard parts.first == json else { return false }
    return parts.dropFirst().allSatisfy { $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" }
  }

  /// Whether a body comes as it is, without a content coding.
  static func isIdentity(contentEncoding lines: [String]) -> Bool {
    lines.flatMap { $0.split(separator: ",") }
      .allSatisfy { HeaderText.trim($0).lowercased() == "identity" }
  }
}

/// Whether a libpq connection string carries a password, in either of its two forms.
enum ConnectionPassword {
  static func isPresent(in text: String) -> Bool {
    if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      // `postgresql://user:secret@host/db?password=secret`
      if text.contains(/[?&](ssl)?password=/) { return true }
      let authority = text.split(separator: "/", maxSplits: 3).dropFirst().first ?? ""
      guard let at = authority.lastIndex(of: "@") else { return false }
      return authority[..<at].contains(":")
    }
    // `host=db password = secret`
    return text.contains(/(^|\s)(ssl)?password\s*=/)
  }
}

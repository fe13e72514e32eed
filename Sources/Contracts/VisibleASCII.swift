/// What customers, keys and references are made of: visible ASCII, 0x21 to 0x7E. No space and no
/// control character, so they can stand in a header, a log line and a URL without quoting.
public enum VisibleASCII {
  /// Fits every identifier scheme in use, a UUID three times over.
  public static let bytesMax = 128

  public static func isValid(_ text: String, bytes allowed: ClosedRange<Int>) -> Bool {
    let bytes = text.utf8
    return allowed.contains(bytes.count) && bytes.allSatisfy { (0x21...0x7E).contains($0) }
  }
}

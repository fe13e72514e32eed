internal import Contracts

/// The key that makes a write safe to repeat, from the header or from the body.
enum IdempotencyKey {
  static let header = "Idempotency-Key"
  static let path = "header.\(header)"

  /// Reads the header's lines. `"k1"` (a structured field's string) and the bare `k1` are one key.
  static func read(_ lines: [String]) throws(InputError) -> String? {
    guard let line = lines.first else { return nil }
    guard lines.count == 1 else {
      throw InputError(.idempotencyKeyMismatch, at: path, "is given more than once")
    }
    let text = HeaderText.trim(line)
    let key = text.hasPrefix("\"") ? HeaderText.unquote(text) : text
    guard let key, VisibleASCII.isValid(key, bytes: 1...VisibleASCII.bytesMax) else {
      throw InputError(.invalidValue, at: path, "must be 1 to 128 visible ASCII characters")
    }
    return key
  }

  /// The one key of a request that may name it in two places.
  static func agree(header: String?, body: String?) throws(InputError) -> String? {
    guard let header, let body, header != body else { return header ?? body }
    throw InputError(
      .idempotencyKeyMismatch, at: path, "differs from the body's member requestId")
  }
}

/// What a header block is for. (RFC 9113 §8.1)
public enum HeaderCategory: Sendable {
  case request
  /// A response head with a status of 200 or above.
  case response
  /// A 1xx response head; the final one is still to come.
  case informational
  case trailers
}

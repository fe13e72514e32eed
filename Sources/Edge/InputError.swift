/// What is wrong with a request, and where: the first offence found, answered as 400.
struct InputError: Error, Equatable, Sendable {
  enum Reason: String, Equatable, Sendable, CaseIterable {
    case malformedJSON = "MALFORMED_JSON"
    case unknownField = "UNKNOWN_FIELD"
    case duplicateField = "DUPLICATE_FIELD"
    case missingField = "MISSING_FIELD"
    case wrongType = "WRONG_TYPE"
    case valueOutOfRange = "VALUE_OUT_OF_RANGE"
    case invalidValue = "INVALID_VALUE"
    case unexpectedBody = "UNEXPECTED_BODY"
    case unknownParameter = "UNKNOWN_PARAMETER"
    case duplicateParameter = "DUPLICATE_PARAMETER"
    case pageTokenInvalid = "PAGE_TOKEN_INVALID"
    case idempotencyKeyMismatch = "IDEMPOTENCY_KEY_MISMATCH"
  }

  /// Characters of the innermost part of a path.
  private static let nameLengthMax = 128

  let reason: Reason
  /// `$.lines[0].quantity`, `path.sku`, `query.sku` or `header.Idempotency-Key`.
  private(set) var path: String
  let detail: String

  init(_ reason: Reason, at path: String, _ detail: String) {
    self.reason = reason
    // A path holds names that the client chose; unbounded, a problem could be as long as a body.
    self.path = String(path.prefix(Self.nameLengthMax))
    self.detail = detail
  }

  /// The same offence seen from one level up. Paths are put together only when something failed,
  /// so reading a good body builds none.
  func inside(_ container: String) -> InputError {
    var error = self
    error.path = container + path
    return error
  }

  static func outOfRange(at path: String, _ bound: ClosedRange<Int64>) -> InputError {
    InputError(
      .valueOutOfRange, at: path,
      "must be an integer from \(bound.lowerBound) to \(bound.upperBound)")
  }
}

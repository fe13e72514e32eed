internal import RPC

/// The problems that the edge finds itself, before or after a call.
extension Problem {
  static let routeNotFound = Problem(
    status: 404, .notFound, "ROUTE_NOT_FOUND", "There is no such path.")

  static let routeReserved = Problem(
    status: 404, .notFound, "ROUTE_NOT_FOUND",
    "This path is reserved for a stream of events, which is not served.")

  static func methodNotAllowed(_ allowed: String) -> Problem {
    Problem(
      status: 405, .unimplemented, "METHOD_NOT_ALLOWED", "This path takes \(allowed)."
    ).adding("Allow", allowed)
  }

  static let notAcceptable = Problem(
    status: 406, .invalidArgument, "NOT_ACCEPTABLE", "Answers are application/json.")

  static let unsupportedMediaType = Problem(
    status: 415, .invalidArgument, "UNSUPPORTED_MEDIA_TYPE",
    "The body must be application/json in UTF-8."
  ).adding("Accept-Post", ContentType.json)

  static let unsupportedEncoding = Problem(
    status: 415, .invalidArgument, "UNSUPPORTED_CONTENT_ENCODING",
    "The body must come without a content coding."
  ).adding("Accept-Encoding", "identity")

  static func bodyTooLarge(_ bytesMax: Int) -> Problem {
    Problem(
      status: 413, .resourceExhausted, "BODY_TOO_LARGE", "A body has at most \(bytesMax) bytes.")
  }

  static func headersTooLarge(_ bytesMax: Int) -> Problem {
    Problem(
      status: 431, .invalidArgument, "HEADERS_TOO_LARGE",
      "A header block has at most \(bytesMax) bytes.")
  }

  static func targetTooLong(_ bytesMax: Int) -> Problem {
    Problem(
      status: 414, .invalidArgument, "TARGET_TOO_LONG",
      "A request target has at most \(bytesMax) bytes.")
  }

  static let malformedRequest = Problem(
    status: 400, .invalidArgument, "MALFORMED_REQUEST", "This is not a well-formed HTTP request.")

  static let bodyTimeout = Problem(
    status: 408, .deadlineExceeded, "REQUEST_TIMEOUT", "The body did not arrive in time.")

  static let overloaded = Problem(
    status: 503, .unavailable, "OVERLOADED", "Too many requests are in progress."
  ).adding("Retry-After", "1")

  static let budgetSpent = Problem(
    status: 504, .deadlineExceeded, "The time allowed for this request was spent.")

  /// The fixed sentence of every failure whose cause is nobody's business outside.
  static let internalDetail = "The request failed inside the service; its log has the cause."

  /// A service answered a figure out of its bound.
  init(_ error: BoundError) {
    self.init(status: 500, .internalError, Self.internalDetail)
    cause = "\(error.field) is out of its bound: \(error.value)"
  }
}

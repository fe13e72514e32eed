internal import Contracts
internal import RPC

/// From the outcome of a call to HTTP: the reason decides where it is known, else the code.
extension Problem {
  /// - Parameter jsonPath: Turns a field of the request message into the path a client knows it by.
  init(_ error: RPCError, jsonPath: (String) -> String = { $0 }) {
    let info = error.detail(ErrorInfo.self)
    let reason = info.map(\.reason).flatMap { Self.isReason($0) ? $0 : nil }
    let status = Self.status(error.code, reason)
    self.init(status: status, error.code, reason, Self.detail(error, reason))
    if detail == Self.internalDetail { cause = error.message }
    if status == 400 {
      let violations = error.detail(BadRequest.self)?.fieldViolations ?? []
      errors = violations.prefix(Self.offencesMax).map {
        Offence(
          path: jsonPath($0.field),
          detail: $0.description.isEmpty ? "is not valid" : $0.description)
      }
    }
    if reason == ErrorReason.outOfStock.rawValue, let shortage = error.detail(OutOfStock.self) {
      for line in shortage.lines {
        guard IntegerBound.requested.contains(line.requested),
          IntegerBound.available.contains(line.available)
        else {
          self.init(BoundError("lines", "\(line.sku) \(line.requested) \(line.available)"))
          return
        }
        lines.append(
          Shortage(sku: line.sku, requested: line.requested, available: line.available))
      }
    }
    if reason == ErrorReason.versionMismatch.rawValue,
      let version = info?.metadata["version"].flatMap(Int64.init)
    {
      headers.append(HTTPField(name: "ETag", value: EntityTag.strong(version)))
    }
    switch status {
    case 401: headers = [HTTPField(name: "WWW-Authenticate", value: "Bearer realm=\"orderly\"")]
    case 429, 503: headers = [Self.retryAfter(error)]
    case 409 where reason == ErrorReason.requestInProgress.rawValue:
      headers = [Self.retryAfter(error)]
    default: break
    }
  }

  static func status(_ code: StatusCode, _ reason: String?) -> Int {
    switch reason {
    case ErrorReason.outOfStock.rawValue, ErrorReason.currencyMismatch.rawValue,
      ErrorReason.illegalTransition.rawValue, ErrorReason.stockBelowReserved.rawValue,
      ErrorReason.requestInProgress.rawValue, ErrorReason.versionMismatch.rawValue:
      409
    case ErrorReason.requestIDReused.rawValue: 422
    case "RESUME_EXPIRED": 410
    default: status(code)
    }
  }

  static func status(_ code: StatusCode) -> Int {
    switch code {
    case .ok: 200
    case .cancelled: 499
    case .unknown, .internalError, .dataLoss: 500
    case .invalidArgument, .failedPrecondition, .outOfRange: 400
    case .deadlineExceeded: 504
    case .notFound: 404
    case .alreadyExists, .aborted: 409
    case .permissionDenied: 403
    case .resourceExhausted: 429
    case .unimplemented: 501
    case .unavailable: 503
    case .unauthenticated: 401
    }
  }

  /// Whether a peer's reason may stand in a URN and a log line: `SCREAMING_SNAKE_CASE`, as
  /// google.rpc.ErrorInfo asks for, up to 63 characters.
  private static func isReason(_ text: String) -> Bool {
    (1...63).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private static func detail(_ error: RPCError, _ reason: String?) -> String {
    switch error.code {
    case .unknown, .internalError, .dataLoss: internalDetail
    default: error.message.isEmpty ? "The service answered \(error.code.name)." : error.message
    }
  }

  /// The service's pushback in whole seconds, rounded up, else 1. (RFC 9110 §10.2.3)
  private static func retryAfter(_ error: RPCError) -> HTTPField {
    let pushback = error.detail(RetryInfo.self)?.retryDelay
    let (seconds, attoseconds) = (pushback ?? .seconds(1)).components
    let roundedUp = attoseconds > 0 && seconds < .max ? seconds + 1 : seconds
    return HTTPField(name: "Retry-After", value: String(max(1, roundedUp)))
  }
}

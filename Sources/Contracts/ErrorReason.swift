public import RPC

/// The stable name of a condition, which is `ErrorInfo.reason` under the domain `orderly`. Callers
/// decide by it; messages are for people and may change.
public enum ErrorReason: String, Sendable, CaseIterable {
  case invalidRequest = "INVALID_REQUEST"
  case skuUnknown = "SKU_UNKNOWN"
  case orderUnknown = "ORDER_UNKNOWN"
  case outOfStock = "OUT_OF_STOCK"
  case currencyMismatch = "CURRENCY_MISMATCH"
  case illegalTransition = "ILLEGAL_TRANSITION"
  case stockBelowReserved = "STOCK_BELOW_RESERVED"
  case totalOverflow = "TOTAL_OVERFLOW"
  case requestIDReused = "REQUEST_ID_REUSED"
  case refReused = "REF_REUSED"
  case orderAborted = "ORDER_ABORTED"
  case requestInProgress = "REQUEST_IN_PROGRESS"
  case versionMismatch = "VERSION_MISMATCH"
  case inventoryUnavailable = "INVENTORY_UNAVAILABLE"
  case notWriter = "NOT_WRITER"
  case databaseUnavailable = "DATABASE_UNAVAILABLE"
  case outcomeUnknown = "OUTCOME_UNKNOWN"
  case shuttingDown = "SHUTTING_DOWN"
  case deadline = "DEADLINE"
  case cancelled = "CANCELLED"
  case overloaded = "OVERLOADED"
  case unforeseen = "INTERNAL"

  public static let domain = "orderly"

  /// The status that goes with the reason, always the same one.
  public var code: StatusCode {
    switch self {
    case .invalidRequest: .invalidArgument
    case .skuUnknown, .orderUnknown: .notFound
    case .outOfStock, .currencyMismatch, .illegalTransition, .stockBelowReserved:
      .failedPrecondition
    case .totalOverflow: .outOfRange
    // What the caller asked to create under that name exists already, and is something else.
    case .requestIDReused, .refReused: .alreadyExists
    case .orderAborted, .requestInProgress, .versionMismatch: .aborted
    case .inventoryUnavailable, .notWriter, .databaseUnavailable, .outcomeUnknown, .shuttingDown:
      .unavailable
    case .deadline: .deadlineExceeded
    case .cancelled: .cancelled
    case .overloaded: .resourceExhausted
    case .unforeseen: .internalError
    }
  }
}

extension RPCError {
  /// The one spelling of an error of ours: status, message and ErrorInfo, then further details.
  public init(
    _ reason: ErrorReason, _ message: String, metadata: [String: String] = [:],
    details: [AnyDetail] = []
  ) {
    let info = ErrorInfo(
      reason: reason.rawValue, domain: ErrorReason.domain, metadata: metadata)
    self.init(reason.code, message, details: [AnyDetail(info)] + details)
  }

  /// A request of the wrong shape; each field is a violation of its own.
  public init(_ invalid: InvalidRequest) {
    let violations = invalid.fields.map {
      BadRequest.FieldViolation(field: $0.path, description: $0.requirement)
    }
    let first = invalid.fields.first.map { "\($0.path) \($0.requirement)" } ?? "malformed request"
    self.init(.invalidRequest, first, details: [AnyDetail(BadRequest(violations))])
  }
}

/// What a client makes of an end that carries no `grpc-status`.
enum StatusMapping {
  /// A reply without `grpc-status`, by its `:status`. (gRPC http-grpc-status-mapping.md)
  static func code(httpStatus: Int) -> StatusCode {
    switch httpStatus {
    case 400, 431: .internalError
    case 401: .unauthenticated
    case 403: .permissionDenied
    case 404: .unimplemented
    case 429, 502, 503, 504: .unavailable
    default: .unknown
    }
  }

  /// A stream reset before its trailers, by the code of its RST_STREAM.
  /// (PROTOCOL-HTTP2, Errors; RFC 9113 §7 for the numbers)
  static func code(resetCode: UInt32) -> (code: StatusCode, isRetrySafe: Bool) {
    switch resetCode {
    case 0x0, 0x1, 0x2, 0x3, 0x4, 0x6, 0x9, 0xa: (.internalError, false)
    case 0x7: (.unavailable, true)  // REFUSED_STREAM: no handler has seen it.
    case 0x8: (.cancelled, false)
    case 0xb: (.resourceExhausted, false)  // ENHANCE_YOUR_CALM
    case 0xc: (.permissionDenied, false)  // INADEQUATE_SECURITY
    default: (.unknown, false)  // STREAM_CLOSED and numbers nobody has registered.
    }
  }
}

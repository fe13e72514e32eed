import Testing

@testable import RPC

@Suite struct StatusMappingTests {
  @Test func `each HTTP status without grpc-status has the code of gRPC's table`() {
    let table: [Int: StatusCode] = [
      400: .internalError, 431: .internalError, 401: .unauthenticated, 403: .permissionDenied,
      404: .unimplemented, 429: .unavailable, 502: .unavailable, 503: .unavailable,
      504: .unavailable,
    ]
    for status in 100...599 {
      #expect(StatusMapping.code(httpStatus: status) == table[status] ?? .unknown)
    }
  }

  @Test func `each reset code has the code of gRPC's table, and only a refusal is safe to retry`() {
    let table: [UInt32: StatusCode] = [
      0: .internalError, 1: .internalError, 2: .internalError, 3: .internalError,
      4: .internalError, 5: .unknown, 6: .internalError, 7: .unavailable, 8: .cancelled,
      9: .internalError, 10: .internalError, 11: .resourceExhausted, 12: .permissionDenied,
      13: .unknown, .max: .unknown,
    ]
    for (reset, code) in table {
      let mapped = StatusMapping.code(resetCode: reset)
      #expect(mapped.code == code)
      #expect(mapped.isRetrySafe == (reset == 7))
    }
  }
}

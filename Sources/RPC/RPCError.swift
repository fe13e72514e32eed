/// How a call failed: what goes to a caller as `grpc-status`, `grpc-message` and details.
public struct RPCError: Error, Equatable, Sendable, CustomStringConvertible {
  public var code: StatusCode
  public var message: String
  /// Structured details; they travel in `grpc-status-details-bin`.
  public var details: [AnyDetail]
  /// True only when the peer's application cannot have seen the call: it was never sent, or the
  /// peer said so (REFUSED_STREAM, a stream above GOAWAY's last id). (gRFC A6)
  public var isRetrySafe: Bool

  public init(
    _ code: StatusCode, _ message: String, details: [AnyDetail] = [], isRetrySafe: Bool = false
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.isRetrySafe = isRetrySafe
  }

  public var description: String { "\(code.name): \(message)" }
}

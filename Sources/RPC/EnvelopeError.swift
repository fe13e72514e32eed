/// Why the next message could not be cut out of a stream's bytes.
public struct EnvelopeError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    case truncated
    case unknownFlags(UInt8)
    case compressedWithoutEncoding
    case lengthOverLimit(length: UInt32, limit: Int)
    /// It is not one gzip member and nothing else.
    case corruptCompression
    case inflatedOverLimit(limit: Int)
  }

  public let reason: Reason
  /// Where reading stopped, counted from the first byte of the stream.
  public let offset: Int
}

extension RPCError {
  /// The one place where it becomes a status. A new reason does not compile until it has one.
  init(_ error: EnvelopeError) {
    self =
      switch error.reason {
      case .truncated:
        RPCError(.internalError, "message cut short at byte \(error.offset)")
      case .unknownFlags(let flags):
        RPCError(.internalError, "unknown envelope flags \(flags) at byte \(error.offset)")
      case .compressedWithoutEncoding:
        RPCError(.internalError, "compressed message at byte \(error.offset), but no grpc-encoding")
      case .lengthOverLimit(let length, let limit):
        RPCError(
          .resourceExhausted,
          "message of \(length) bytes; receiveMessageBytesMax is \(limit)")
      case .corruptCompression:
        RPCError(.internalError, "the message at byte \(error.offset) does not inflate")
      case .inflatedOverLimit(let limit):
        RPCError(
          .resourceExhausted,
          "message of more than \(limit) bytes when inflated; receiveMessageBytesMax is \(limit)")
      }
  }
}

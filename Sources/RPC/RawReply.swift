/// Everything a client learned of one attempt of a call.
public struct RawReply: Sendable {
  /// What ended the call.
  public enum End: Sendable, Equatable {
    /// Trailers, or a Trailers-Only block.
    case trailers
    /// The peer ended the stream without them.
    case endWithoutTrailers
    /// RST_STREAM with this code.
    case reset(UInt32)
    /// The connection was lost, or was never made.
    case connection
    /// GOAWAY said that the peer had not looked at the call.
    case goAway
    /// Made here: deadline, cancellation, limits, shutdown.
    case local
  }

  public var end = End.local
  public var httpStatus: Int?
  /// Whether response headers came ahead of the status, so that the caller may have seen them.
  public var hasHead = false
  /// Whether content-type began with `application/grpc`.
  public var isGRPC = false
  /// `grpc-status` as it came; nil when there was none.
  public var rawStatus: String?
  /// `grpc-retry-pushback-ms` as it came: when the server wants the call again. (gRFC A6)
  public var pushback: String?
  /// `grpc-status-details-bin` came and could not be read; code and message stand without it.
  public var areDetailsBroken = false
  /// Values of metadata that were dropped because they are not printable ASCII.
  public var droppedValues = 0
  /// How many whole messages came.
  public var messageCount = 0
  /// The first message, without its envelope and inflated.
  public var message: [UInt8] = []
  /// Whether it came compressed.
  public var isMessageCompressed = false
  public var initialMetadata = Metadata()
  public var trailingMetadata = Metadata()
  /// Nil when the call succeeded.
  public var error: RPCError?

  public init() {}

  /// Of a call of which nothing has come back.
  public init(_ error: RPCError, _ end: End) {
    self.error = error
    self.end = end
  }

  /// Tells the caller what metadata came. Where none did, what the caller has stays.
  public func tellMetadata(_ call: CallContext) {
    if !initialMetadata.isEmpty { call.initialMetadata = initialMetadata }
    if !trailingMetadata.isEmpty { call.trailingMetadata = trailingMetadata }
  }
}

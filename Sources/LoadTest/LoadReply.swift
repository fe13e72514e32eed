/// What came back for one request, in raw facts. Whether that is good is `Outcome`'s to say: an
/// ordinary client would already have turned a missing status or a second message into a code of
/// its own, and a load test that cannot tell them apart reports a server's bugs as its answers.
public struct LoadReply: Sendable {
  /// The reply of a stream that the peer ended itself.
  public struct Answer: Equatable, Sendable {
    /// `:status`; 0 when it was not a number.
    public var httpStatus: Int
    /// Whether `content-type` starts with `application/grpc`.
    public var isGRPC: Bool
    /// The text of `grpc-status`, if there was one.
    public var statusText: String?
    /// Whole messages.
    public var messages: Int
    /// The first message. Only preparation reads it: no request of a workload is judged by it.
    public var message: [UInt8]
    /// The bytes ended within a message or its prefix, or the prefix was unreadable.
    public var isCut: Bool
    /// `ErrorInfo.reason` of the details of a failure, if it gave one.
    public var reason: String?

    public init(
      httpStatus: Int = 200, isGRPC: Bool = true, statusText: String?, messages: Int = 1,
      message: [UInt8] = [], isCut: Bool = false, reason: String? = nil
    ) {
      self.httpStatus = httpStatus
      self.isGRPC = isGRPC
      self.statusText = statusText
      self.messages = messages
      self.message = message
      self.isCut = isCut
      self.reason = reason
    }
  }

  public enum Ending: Equatable, Sendable {
    case answer(Answer)
    case failed(TransportCause)
    /// The time limit of the request itself passed.
    case deadline
  }

  public var ending: Ending

  /// The reason that the peer gave for a failure.
  var reason: String? {
    if case .answer(let answer) = ending { answer.reason } else { nil }
  }

  /// CLOCK_MONOTONIC, read after the socket read that brought the end.
  public var endNanoseconds: UInt64

  public init(_ ending: Ending, at nanoseconds: UInt64) {
    self.ending = ending
    endNanoseconds = nanoseconds
  }
}

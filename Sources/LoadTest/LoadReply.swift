/// What came back for one request, in raw facts. Whether that is good is `Outcome`'s to say: an
/// ordinary client would already have turned a missing status or a second message into a code of
/// its own, and a load test that cannot tell them apart reports a server's bugs as its answers.
enum LoadReply {
  /// The reply of a stream that the peer ended itself.
  struct Answer: Equatable, Sendable {
    /// `:status` was 200.
    var isHTTPSuccess = true
    /// Whether `content-type` starts with `application/grpc`.
    var isGRPC = true
    /// The text of `grpc-status`, if there was one.
    var statusText: String?
    /// Whole messages.
    var messages = 1
    /// The first message, where somebody wants to read it.
    var message: [UInt8] = []
    /// The answer was given to an earlier request with this key, and is told again.
    var isReplay = false
    /// The bytes ended within a message or its prefix, or the prefix was unreadable.
    var isCut = false
    /// `ErrorInfo.reason` of the details of a failure, if it gave one.
    var reason: String?
  }

  enum Ending: Equatable, Sendable {
    case answer(Answer)
    case failed(TransportCause)
    /// The time limit of the request itself passed.
    case deadline
    /// The run stopped waiting.
    case unfinished
    /// Too late to be sent.
    case shed

    /// The reason that the peer gave for a failure.
    var reason: String? {
      if case .answer(let answer) = self { answer.reason } else { nil }
    }
  }
}

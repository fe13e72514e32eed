internal import RPC
internal import Transport

/// A connection over the network, behind the seam of the engine.
struct ClientLoadConnection: LoadConnection {
  let client: Client
  let context: RequestContext

  func call(_ request: LoadRequest) async -> LoadReply {
    var sealed = [UInt8]()
    sealed.reserveCapacity(Envelope.byteCount + request.body.count)
    sealed.append(contentsOf: repeatElement(0, count: Envelope.byteCount))
    sealed.append(contentsOf: request.body)
    Envelope.seal(&sealed)
    let reply = await client.raw(path: request.path, sealed: sealed, context.begin())
    return LoadReply(LoadReply.Ending(reply), at: MonotonicClock.nanoseconds())
  }

  func close() async { await client.shutdown() }
}

extension LoadReply.Ending {
  /// REFUSED_STREAM: the peer has not looked at the request. (RFC 9113 §7)
  private static let refusedStream: UInt32 = 7

  init(_ reply: RawReply) {
    switch reply.end {
    case .trailers, .endWithoutTrailers: self = .answer(.init(reply))
    case .reset(Self.refusedStream): self = .failed(.refused)
    case .reset: self = .failed(.reset)
    case .goAway: self = .failed(.goaway)
    // What was never sent found no connection; what was sent lost the one it was on.
    case .connection: self = .failed(reply.error?.isRetrySafe == true ? .refused : .closed)
    case .local: self.init(endedHere: reply)
    }
  }

  /// This side ended the call: its time was over, the run cancelled it, or the reply broke a limit
  /// or a rule of the envelope, which makes it an answer that is none.
  private init(endedHere reply: RawReply) {
    switch reply.error?.code {
    case .deadlineExceeded: self = .deadline
    case .cancelled, .unavailable: self = .failed(.closed)
    default:
      var answer = LoadReply.Answer(reply)
      answer.isCut = true
      answer.statusText = nil
      self = .answer(answer)
    }
  }
}

extension LoadReply.Answer {
  init(_ reply: RawReply) {
    self.init(
      httpStatus: reply.httpStatus ?? 0, isGRPC: reply.isGRPC, statusText: reply.rawStatus,
      messages: reply.messageCount, message: reply.message,
      // Status 0 beside an error means that the bytes did not end where a message ends.
      isCut: reply.rawStatus == "0" && reply.error != nil && reply.messageCount == 1,
      reason: reply.error?.detail(ErrorInfo.self)?.reason)
  }
}

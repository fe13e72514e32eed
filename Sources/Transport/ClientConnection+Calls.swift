internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization

/// What becomes of the calls of a connection: each is one stream.
extension ClientConnection {
  func start(_ call: CallHandle) {
    call.connection = self
    if keepalive != nil {
      checkKeepalive(hasCalls: true)
      if io.isClosing { return giveUp(call, endCause ?? "closed") }
    }
    submit(call)
    // Answers of one read wake many callers, whose next calls then leave together: a system call
    // for each would cost more than all the rest of it.
    flushSoon()
  }

  /// A header list that the peer says it will not take is not sent. (RFC 9113 §6.5.2)
  private func overLimit(
    _ head: PreparedFields, _ more: [HeaderField], _ metadata: [HeaderField]
  ) -> RPCError? {
    let count =
      head.listBytes + more.listBytes + RequestHeaders.constantsListBytes + metadata.listBytes
    let limit = session.peerHeaderListBytesMax
    if count <= limit { return nil }
    return RPCError(
      .internalError,
      "the request's header list has \(count) bytes; \(address) takes \(limit)")
  }

  func submit(_ call: CallHandle) {
    var remaining: Duration?
    if let left = call.context.deadline.remaining {
      guard left > .zero else {
        call.expire()
        return
      }
      remaining = left
    }
    guard session.canOpenStream else { return giveUp(call, "takes no new call") }
    let head = head(of: call.path)
    let more = RequestHeaders.callFields(
      remaining: remaining, previousAttempts: call.previousAttempts,
      isCompressed: call.context.compressesRequest)
    let given = call.context.metadata
    let metadata = given.isEmpty ? [] : RequestHeaders.metadata(given)
    if !metadata.isEmpty, let error = overLimit(head, more, metadata) {
      return call.fail(error, .local)
    }
    let (body, isComplete) = call.takeRequest()
    do throws(HTTP2StreamError) {
      let stream = try session.submitRequest(
        head, more, RequestHeaders.constants, metadata, body: body, endStream: isComplete)
      call.stream = stream
      calls.insert(OpenCall(call, settings: settings), for: stream)
      if call.tellsPeer { call.context.reached(address) }
      gauge.openStreams.store(calls.count, ordering: .relaxed)
      if call.streams != nil { writing.append(call) }
      // nghttp2 would go on to 2³¹ − 1 and then refuse the next call.
      if stream.rawValue >= settings.streamIDEnd - 2 { drain("stream numbers are used up") }
    } catch {
      call.fail(
        RPCError(.unavailable, "\(address) takes no new call: \(error.reason)", isRetrySafe: true),
        .connection)
    }
  }

  private func head(of path: [UInt8]) -> PreparedFields {
    if let first = preparedHeads.first, first.path == path { return first.fields }
    if let index = preparedHeads.firstIndex(where: { $0.path == path }) {
      preparedHeads.swapAt(0, index)
      return preparedHeads[0].fields
    }
    let fields = PreparedFields(
      RequestHeaders.pseudoFields(
        path: path, authority: authority, isSecure: settings.tls != nil))
    if preparedHeads.count == Self.preparedHeadsMax { preparedHeads.removeLast() }
    preparedHeads.insert((path, fields), at: 0)
    return fields
  }

  /// More methods than services have; a client of any method at all makes their heads anew.
  private static let preparedHeadsMax = 16

  /// A writer has put messages into its outbox, or has finished.
  func sendLater(_ call: CallHandle) {
    guard let stream = call.stream, carries(call, on: stream), let queued = call.takeMessages()
    else {
      return  // Not submitted yet, which takes them along, or over.
    }
    do throws(HTTP2StreamError) {
      for message in queued.messages { try session.send(message, on: stream) }
      if queued.isFinished { try session.finish(stream) }
    } catch {
      logger.debug("message not sent", metadata: ["peer": "\(address)", "error": "\(error)"])
    }
    if !queued.messages.isEmpty, !writing.contains(where: { $0 === call }) { writing.append(call) }
    flushSoon()
  }

  private func carries(_ call: CallHandle, on stream: StreamID) -> Bool {
    calls.update(stream) { $0.handle === call } ?? false
  }

  /// A reader has taken messages: the server may send as many bytes again.
  func giveBack(_ byteCount: Int, on stream: StreamID) {
    session.consume(byteCount, on: stream)
    flushSoon()
  }

  /// Everything that is submitted in one turn of the loop leaves in one write at its end.
  func flushSoon() {
    guard !isFlushScheduled else { return }
    isFlushScheduled = true
    eventLoop.execute {
      self.isFlushScheduled = false
      self.flush()
    }
  }

  /// Tells the writers of the moment how much of what they wrote is gone.
  func reportUnsent() {
    guard !writing.isEmpty else { return }
    writing.removeAll { call in
      // It may have gone on to another connection.
      guard let stream = call.stream, carries(call, on: stream), let streams = call.streams
      else { return true }
      let unsent = session.unsentBytes(on: stream)
      streams.outbox.unsent(unsent)
      return unsent == 0
    }
  }

  /// A call that never left this side.
  func giveUp(_ call: CallHandle, _ cause: String) {
    if let onReturn, !call.isBound, !call.isFinished {
      call.renew()
      onReturn(call)
    } else {
      call.fail(RPCError(.unavailable, "\(address): \(cause)", isRetrySafe: true), .goAway)
    }
  }

  /// The caller wants no answer any more.
  func drop(_ call: CallHandle, _ stream: StreamID, _ error: RPCError) {
    let isEnded = calls.update(stream) { $0.fail(error, .local) } ?? false
    remove(stream, at: NIODeadline.now().uptimeNanoseconds)
    session.reset(stream, .cancel)
    if isEnded { call.finish() } else { call.fail(error, .local) }
    flush()
  }

  private func remove(_ stream: StreamID, at now: UInt64) {
    calls.discard(stream)
    idleSince = now
    gauge.openStreams.store(calls.count, ordering: .relaxed)
  }

  /// Its reply is in its handle.
  func end(_ stream: StreamID) {
    guard let call = calls.update(stream, { $0.handle }) else { return }
    remove(stream, at: lastReadNanoseconds)
    account.dropped(values: call.reply?.droppedValues ?? 0)
    if call.reply?.areDetailsBroken == true {
      logger.warning(
        "status details dropped: they do not decode", metadata: ["peer": "\(address)"])
    }
    end(call)
  }

  /// An attempt is over, which is the end of its call unless the channel makes another.
  func end(_ call: CallHandle) {
    // The server keeps the same deadline and may be quicker than the timer here. (PROTOCOL-HTTP2)
    if call.reply?.error?.code == .cancelled, call.context.deadline.hasPassed {
      call.expireUnanswered()
    } else if let onAttemptEnd, !call.isBound {
      onAttemptEnd(call)
    } else {
      call.finish()
    }
  }

  func resetByPeer(_ stream: StreamID, _ code: HTTP2ErrorCode) {
    if calls.update(stream, { $0.receiveReset(code, isOwn: false) }) == true { end(stream) }
  }

  /// What a reset means is written in gRPC's table, but for codes that have no place in it.
  func logReset(_ stream: StreamID, _ code: HTTP2ErrorCode) {
    let metadata: Logger.Metadata = [
      "peer": "\(address)", "stream": "\(stream.rawValue)", "code": "\(code)",
    ]
    if calls.update(stream, { _ in }) == nil {
      logger.debug("RST_STREAM of no open call dropped", metadata: metadata)
    } else if code == .streamClosed || code.rawValue > HTTP2ErrorCode.inadequateSecurity.rawValue {
      logger.info("RST_STREAM with a code that says nothing", metadata: metadata)
    }
  }

  func receive(_ bytes: RawSpan, on stream: StreamID) {
    let received = calls.update(stream) { $0.receive(bytes) }
    session.consume(received?.taken ?? bytes.byteCount, on: stream)
    guard received?.isEnded == true else { return }
    session.reset(stream, .cancel)
    end(stream)
  }

  func faulted(_ error: HTTP2StreamError) {
    let isEnded = calls.update(error.stream) { call in
      switch error.reason {
      case .headerListOverLimit, .headerFieldsOverLimit:
        call.fail(RPCError(.resourceExhausted, "reply headers: \(error.reason)"), .local)
      default:
        call.receiveReset(.protocolError, isOwn: true)
      }
    }
    if isEnded == true { end(error.stream) }
  }
}

internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Wire

/// What becomes of the streams of a connection: each is one call.
extension ServerConnection {
  func open(_ stream: StreamID, _ block: HeaderBlock) {
    do throws(RequestHead.Refusal) {
      let head = try RequestHead(block, router: router)
      account.dropped(values: head.droppedValues)
      let timeout = head.deadline.remaining
      var call = RunningCall(
        ServerCall(
          head, block, peer: peer, identity: identity,
          receiveMessageBytesMax: settings.receiveMessageBytesMax, nowNanoseconds: nowNanoseconds))
      try admit(call.state)
      if let timeout {
        call.timer = timers.set(self, .deadline(stream.rawValue), after: timeout)
      }
      observer?.callStarted(call.state.route.path)
      let isStreaming = call.state.route.isStreaming
      calls.insert(consume call, for: stream)
      watchStalls()
      if isStreaming { beginStreaming(stream) }
    } catch {
      refuse(stream, error)
    }
  }

  /// Asks the server's checks. A call that they refuse was one of a method there is, and counts.
  private func admit(_ call: ServerCall) throws(RequestHead.Refusal) {
    do throws(RPCError) {
      try call.route.admit(call.context)
    } catch {
      observer?.callStarted(call.route.path)
      observer?.callEnded(call.route.path, error.code, nanoseconds: 0)
      throw .status(error, offersEncodings: false)
    }
  }

  /// Answers a call that no handler will see; it has no entry in `calls`.
  private func refuse(_ stream: StreamID, _ refusal: RequestHead.Refusal) {
    switch refusal {
    case .methodNotAllowed: submitEnd(ReplyHeaders.methodNotAllowed, [], on: stream)
    case .unsupportedMediaType: submitEnd(ReplyHeaders.unsupportedMediaType, [], on: stream)
    case .status(let error, let offersEncodings):
      submitEnd(
        ReplyHeaders.head,
        failureFields(error, beside: ReplyHeaders.head)
          + (offersEncodings ? ReplyHeaders.offer : []), on: stream)
    }
  }

  func receive(_ bytes: RawSpan, on stream: StreamID) {
    // A unary request is read whole, so its bytes are taken as they come; those of a call that was
    // refused are taken too, or a peer that sends on would block its own connection.
    var taken = bytes.byteCount
    do throws(RPCError) {
      try calls.update(stream) { call throws(RPCError) in
        taken = try call.state.receive(bytes)
      }
    } catch {
      refuse(stream, error)
    }
    session.consume(taken, on: stream)
  }

  /// The peer has sent all of its request.
  func requestEnded(_ stream: StreamID) {
    _ = begin(stream) { call throws(RPCError) in
      if try call.endRequest() { return nil }
      return try call.begin(limits: limits, reply: ReplyPlace(self, stream))
    }
  }

  /// Begins a unary call whose request is all there, in `bytes`.
  /// - Returns: false when it is not as simple as that.
  func begin(whole bytes: RawSpan, on stream: StreamID) -> Bool {
    begin(stream) { call throws(RPCError) in
      try call.begin(whole: bytes, limits: limits, reply: ReplyPlace(self, stream))
    }
  }

  /// Lets `begin` make a handler, which starts when all that was read has been looked at.
  /// - Returns: false when there is none to start, and nothing to say to the peer either.
  private func begin(
    _ stream: StreamID,
    _ begin: (inout ServerCall) throws(RPCError) -> PreparedHandler?
  ) -> Bool {
    do throws(RPCError) {
      let handler = try calls.update(stream) { call throws(RPCError) in try begin(&call.state) }
      guard let handler, let handler else { return false }
      runningHandlers += 1
      beginning.append(handler, for: stream)
    } catch {
      refuse(stream, error)
    }
    return true
  }

  /// Each begins here and runs until it suspends for the first time; most are over by then.
  func startHandlers() {
    handlers.startAll(beginning) { stream, task in
      _ = calls.update(stream) { $0.state.task = task }
    }
  }

  var limits: WireLimits {
    WireLimits(
      wireDepthMax: settings.wireDepthMax, wireElementsMax: settings.wireElementsMax)
  }

  func handlerReturned(_ stream: StreamID, _ reply: Reply) {
    guard eventLoop.inEventLoop else {
      // A handler may have left its executor for another; its answer comes home here.
      eventLoop.execute { self.handlerReturned(stream, reply) }
      return
    }
    if starting == stream {
      immediateReply = reply
    } else if isReading {
      finish(stream, reply)
    } else {
      // Whatever handlers waited for has often come for many of them at once, whose replies then
      // leave in one write.
      nowNanoseconds = NIODeadline.now().uptimeNanoseconds
      finish(stream, reply)
      flushSoon()
    }
  }

  func finish(_ stream: StreamID, _ reply: Reply) {
    strikes.forgive()
    if case .message(let bytes) = reply { return finish(stream, message: bytes) }
    sendQueued(stream)
    if calls.update(stream, { $0.state.takeReply() }) == true {
      switch reply {
      case .message: break
      case .end: endStreaming(stream, nil)
      case .failure(let error): submitFailure(error, on: stream)
      }
    }
    runningHandlers -= 1
    if calls.update(stream, { $0.state.handlerReturned() }) == true { free(stream) }
  }

  private func free(_ stream: StreamID) {
    calls.discard(stream)
    idleSince = nowNanoseconds
    session.releaseSlot()
  }

  /// Ends a call with an error made by the runtime.
  func refuse(_ stream: StreamID, _ error: RPCError) {
    guard calls.update(stream, { $0.state.takeReply() }) == true else { return }
    submitFailure(error, on: stream)
    calls[stream]?.state.task?.cancel()
  }

  /// What nearly every call comes to, hence in one look at the table.
  private func finish(_ stream: StreamID, message bytes: [UInt8]) {
    var isWanted = false
    var metadata: (initial: Metadata, trailing: Metadata)?
    if bytes.count - Envelope.byteCount > settings.sendMessageBytesMax {
      return finishTooLong(stream, bytes)
    }
    runningHandlers -= 1
    // The envelope's flag is the only thing that says so after the message was made.
    let isCompressed = bytes.first == 1
    var hasEnd = observer != nil
    let isFree = calls.update(stream) { call in
      if call.state.takeReply() {
        isWanted = true
        metadata = call.state.context.replyMetadata
      }
      if call.timer != nil { hasEnd = true }
      return call.state.handlerReturned()
    }
    if isWanted {
      do throws(HTTP2StreamError) {
        if metadata == nil, !isCompressed {
          try session.submitReply(
            ReplyHeaders.plainHead, body: bytes, trailers: ReplyHeaders.plainOK, on: stream)
        } else {
          let (initial, trailing) = metadata ?? (Metadata(), Metadata())
          let head = isCompressed ? ReplyHeaders.head + ReplyHeaders.gzip : ReplyHeaders.head
          try session.submitReply(
            head, fitting(initial, beside: head), body: bytes, trailers: ReplyHeaders.ok,
            fitting(trailing, beside: ReplyHeaders.ok), on: stream)
        }
      } catch {
        logger.debug("reply not sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
      }
      if hasEnd { ended(stream, .ok) }
    }
    if isFree == true { free(stream) }
  }

  private func finishTooLong(_ stream: StreamID, _ bytes: [UInt8]) {
    do throws(RPCError) {
      try Envelope.check(bytes, limit: settings.sendMessageBytesMax)
    } catch {
      finish(stream, .failure(error))
    }
  }

  private func submitFailure(_ error: RPCError, on stream: StreamID) {
    if calls[stream]?.state.streams != nil { return endStreaming(stream, error) }
    guard let trailing = calls.update(stream, { $0.state.context.trailingMetadata }) else { return }
    submitEnd(
      ReplyHeaders.head, failureFields(error, beside: ReplyHeaders.head, trailing), on: stream)
    ended(stream, error.code)
  }

  private func submitEnd(_ head: [HeaderField], _ more: [HeaderField], on stream: StreamID) {
    do throws(HTTP2StreamError) {
      try session.submitResponse(head, more, endStream: true, on: stream)
    } catch {
      logger.debug("reply not sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
    }
  }

  func ended(_ stream: StreamID, _ code: StatusCode) {
    var timer: LoopTimers.Token?
    let call = calls.update(stream) { call in
      timer = call.timer
      call.timer = nil
      return observer == nil ? nil : (call.state.route, call.state.startedNanoseconds)
    }
    if let timer { timers.cancel(timer) }
    guard let observer, let (route, started) = call ?? nil else { return }
    let now = NIODeadline.now().uptimeNanoseconds
    observer.callEnded(route.path, code, nanoseconds: now > started ? now - started : 0)
  }

  /// A stream that is gone; a refused one never had a call, but it had a slot.
  func streamClosed(_ stream: StreamID) {
    guard let closed = calls.update(stream, { $0.state.streamClosed() }) else {
      session.releaseSlot()
      return
    }
    if closed.isAbandoned {
      ended(stream, .cancelled)
      // Asked for and reset in one read: its handler never begins.
      if beginning.remove(stream) {
        runningHandlers -= 1
        if calls.update(stream, { $0.state.handlerReturned() }) == true { free(stream) }
        return
      }
    }
    if closed.isFree { free(stream) }
  }

  /// (PROTOCOL-HTTP2, Client Cancellation: the client knows its deadline as well as we do.)
  func deadlinePassed(_ stream: StreamID) {
    let isLate = calls.update(stream) { call in
      call.timer = nil
      return call.state.takeReply()
    }
    guard isLate == true else { return }
    calls[stream]?.state.task?.cancel()
    calls[stream]?.state.streams?.end(RPCError(.deadlineExceeded, "the deadline has passed"))
    ended(stream, .deadlineExceeded)
    session.reset(stream, .cancel)
  }
}

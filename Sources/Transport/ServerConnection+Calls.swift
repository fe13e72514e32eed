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
      calls[stream] = ServerCall(
        head, block, peer: peer, receiveMessageBytesMax: settings.receiveMessageBytesMax,
        nowNanoseconds: nowNanoseconds)
      observer?.callStarted(head.route.path)
      if let remaining = head.deadline.remaining { startTimer(stream, remaining) }
    } catch {
      refuse(stream, error)
    }
  }

  /// Answers a call that no handler will see; it has no entry in `calls`.
  private func refuse(_ stream: StreamID, _ refusal: RequestHead.Refusal) {
    switch refusal {
    case .methodNotAllowed: submitEnd(ReplyHeaders.methodNotAllowed, [], on: stream)
    case .unsupportedMediaType: submitEnd(ReplyHeaders.unsupportedMediaType, [], on: stream)
    case .status(let error, let offersEncodings):
      submitEnd(
        ReplyHeaders.head, failureFields(error) + (offersEncodings ? ReplyHeaders.offer : []),
        on: stream)
    }
  }

  func receive(_ bytes: RawSpan, on stream: StreamID) {
    // A unary request is read whole, so its bytes are taken as they come; those of a call that was
    // refused are taken too, or a peer that sends on would block its own connection.
    session.consume(bytes.byteCount, on: stream)
    do throws(RPCError) {
      try calls[stream]?.receive(bytes)
    } catch {
      refuse(stream, error)
    }
  }

  /// The peer has sent all of its request.
  func requestEnded(_ stream: StreamID) {
    guard var call = calls[stream], call.phase == .receiving else { return }
    starting = stream
    immediateReply = nil
    do throws(RPCError) {
      // Unretained would be enough while the connection lives; the task may outlive it.
      try call.begin(on: executor, limits: limits) { reply in self.handlerReturned(stream, reply) }
    } catch {
      starting = nil
      calls[stream] = call
      refuse(stream, error)
      return
    }
    starting = nil
    calls[stream] = call
    if let reply = immediateReply {
      immediateReply = nil
      finish(stream, reply)
    }
  }

  private var limits: WireLimits {
    WireLimits(
      wireDepthMax: settings.wireDepthMax, wireElementsMax: settings.wireElementsMax)
  }

  private func handlerReturned(_ stream: StreamID, _ reply: Reply) {
    guard eventLoop.inEventLoop else {
      // A handler may have left its executor for another; its answer comes home here.
      eventLoop.execute { self.handlerReturned(stream, reply) }
      return
    }
    if starting == stream {
      immediateReply = reply
    } else {
      nowNanoseconds = NIODeadline.now().uptimeNanoseconds
      finish(stream, reply)
      flush()
    }
  }

  private func finish(_ stream: StreamID, _ reply: Reply) {
    guard calls[stream]?.takeReply() == true else {
      returnSlot(stream)
      return
    }
    switch reply {
    case .message(let bytes): submitMessage(bytes, on: stream)
    case .failure(let error): submitFailure(error, on: stream)
    }
    returnSlot(stream)
  }

  private func returnSlot(_ stream: StreamID) {
    if calls[stream]?.handlerReturned() == true {
      calls[stream] = nil
      session.releaseSlot()
    }
  }

  /// Ends a call with an error made by the runtime.
  func refuse(_ stream: StreamID, _ error: RPCError) {
    guard calls[stream]?.takeReply() == true else { return }
    submitFailure(error, on: stream)
  }

  private func submitMessage(_ bytes: [UInt8], on stream: StreamID) {
    guard let call = calls[stream] else { return }
    let initial = call.context.initialMetadata
    let trailing = call.context.trailingMetadata
    do throws(HTTP2StreamError) {
      try session.submitReply(
        ReplyHeaders.head, initial.isEmpty ? [] : ReplyHeaders.fields(initial), body: bytes,
        trailers: ReplyHeaders.ok, trailing.isEmpty ? [] : ReplyHeaders.fields(trailing),
        on: stream)
    } catch {
      logger.debug("reply not sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
    }
    ended(call, .ok, stream)
  }

  private func submitFailure(_ error: RPCError, on stream: StreamID) {
    guard let call = calls[stream] else { return }
    let trailing = call.context.trailingMetadata
    submitEnd(
      ReplyHeaders.head,
      failureFields(error) + (trailing.isEmpty ? [] : ReplyHeaders.fields(trailing)), on: stream)
    ended(call, error.code, stream)
  }

  private func failureFields(_ error: RPCError) -> [HeaderField] {
    let (fields, isDetailDropped) = ReplyHeaders.failure(
      error, messageBytesMax: settings.statusMessageBytesMax,
      detailsBytesMax: settings.statusDetailsBytesMax)
    if isDetailDropped {
      logger.warning(
        "error details dropped: over statusDetailsBytesMax",
        metadata: ["code": "\(error.code.name)", "limit": "\(settings.statusDetailsBytesMax)"])
    }
    return fields
  }

  private func submitEnd(_ head: [HeaderField], _ more: [HeaderField], on stream: StreamID) {
    do throws(HTTP2StreamError) {
      try session.submitResponse(head, more, endStream: true, on: stream)
    } catch {
      logger.debug("reply not sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
    }
  }

  private func ended(_ call: ServerCall, _ code: StatusCode, _ stream: StreamID) {
    timers.removeValue(forKey: stream)?.cancel()
    guard let observer else { return }
    let now = NIODeadline.now().uptimeNanoseconds
    observer.callEnded(
      call.route.path, code,
      nanoseconds: now > call.startedNanoseconds ? now - call.startedNanoseconds : 0)
  }

  /// A stream that is gone; a refused one never had a call, but it had a slot.
  func streamClosed(_ stream: StreamID) {
    guard let closed = calls[stream]?.streamClosed() else {
      session.releaseSlot()
      return
    }
    if closed.isAbandoned, let call = calls[stream] { ended(call, .cancelled, stream) }
    if closed.isFree {
      calls[stream] = nil
      session.releaseSlot()
    }
  }

  /// (PROTOCOL-HTTP2, Client Cancellation: the client knows its deadline as well as we do.)
  private func startTimer(_ stream: StreamID, _ remaining: Duration) {
    timers[stream] = eventLoop.scheduleTask(in: TimeAmount(remaining)) {
      self.timers[stream] = nil
      guard self.calls[stream]?.takeReply() == true, let call = self.calls[stream] else { return }
      call.task?.cancel()
      self.ended(call, .deadlineExceeded, stream)
      self.session.reset(stream, .cancel)
      self.flush()
    }
  }
}

internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC

/// One connection of a client. It lives on one event loop, and so do the calls it carries.
final class ClientConnection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  let address: String
  private let settings: ClientSettings
  private let logger: Logger
  private let eventLoop: any EventLoop
  private let io: SessionChannel
  private let readBuffer: ReadBuffer
  private var context: ChannelHandlerContext?
  private var calls: [StreamID: CallHandle] = [:]
  /// Calls that found every stream taken, in the order in which they came.
  private var waiting: [CallHandle] = []
  /// Streaming calls of whose messages something may not have left yet.
  private var writing: [CallHandle] = []
  private var isFlushScheduled = false
  private var isReading = false
  private var hasSettings = false
  private var isDraining = false
  private var endCause: String?
  private let authority: [UInt8]

  /// Tells the channel: once that SETTINGS were read, and once that no new call fits here any more.
  var onReady: (() -> Void)?
  var onEnd: ((_ cause: String) -> Void)?
  /// Takes back a call that no server has seen, to be carried by another connection.
  var onReturn: ((CallHandle) -> Void)?

  init(
    address: String, settings: ClientSettings, logger: Logger, channel: any Channel
  ) throws(HTTP2ConnectionError) {
    self.address = address
    self.settings = settings
    self.logger = logger
    authority = Array(address.utf8)
    eventLoop = channel.eventLoop
    readBuffer = ReadBuffer.of(channel.eventLoop)
    let session = try HTTP2Session(
      role: .client, settings: settings.http2, now: NIODeadline.now().uptimeNanoseconds)
    io = SessionChannel(session, channel.allocator)
  }

  private var session: HTTP2Session { io.session }

  /// Whether nothing is under way here.
  var isEmpty: Bool { calls.isEmpty && waiting.isEmpty }

  // MARK: Calls

  func start(_ call: CallHandle) {
    call.connection = self
    guard session.availableStreams > 0 else {
      waiting.append(call)
      return
    }
    submit(call)
    flush()
  }

  /// A header list that the peer says it will not take is not sent. (RFC 9113 §6.5.2)
  private func overLimit(_ head: [HeaderField], _ more: [HeaderField]) -> RPCError? {
    let count = head.listBytes + RequestHeaders.constants.listBytes + more.listBytes
    let limit = session.peerHeaderListBytesMax
    if count <= limit { return nil }
    return RPCError(
      .internalError,
      "the request's header list has \(count) bytes; \(address) takes \(limit)")
  }

  private func submit(_ call: CallHandle) {
    var remaining: Duration?
    if let left = call.context.deadline.remaining {
      guard left > .zero else {
        call.expire()
        return
      }
      remaining = left
    }
    let metadata = call.context.metadata
    guard session.canOpenStream else { return giveUp(call, "takes no new call") }
    var body = call.wholeBody
    var isComplete = true
    if let queued = call.streams?.outbox.take() {
      // One message and the end, as a server stream has them, are a body like that of a unary call.
      body = queued.messages.count == 1 ? queued.messages[0] : Array(queued.messages.joined())
      isComplete = queued.isFinished
    }
    let head = RequestHeaders.head(
      path: call.path, authority: authority, remaining: remaining,
      previousAttempts: call.previousAttempts, isCompressed: call.context.compressesRequest)
    let more = metadata.isEmpty ? [] : RequestHeaders.metadata(metadata)
    if !more.isEmpty, let error = overLimit(head, more) { return call.fail(error, .local) }
    do throws(HTTP2StreamError) {
      let stream = try session.submitRequest(
        head, RequestHeaders.constants, more, body: body, endStream: isComplete)
      call.stream = stream
      calls[stream] = call
      if call.streams != nil { writing.append(call) }
    } catch {
      call.fail(
        RPCError(.unavailable, "\(address) takes no new call: \(error.reason)", isRetrySafe: true),
        .connection)
    }
  }

  /// A writer has put messages into its outbox, or has finished.
  func sendLater(_ call: CallHandle) {
    guard let stream = call.stream, calls[stream] === call, let streams = call.streams else {
      return  // Not submitted yet, which takes them along, or over.
    }
    let queued = streams.outbox.take()
    do throws(HTTP2StreamError) {
      for message in queued.messages { try session.send(message, on: stream) }
      if queued.isFinished { try session.finish(stream) }
    } catch {
      logger.debug("message not sent", metadata: ["peer": "\(address)", "error": "\(error)"])
    }
    if !queued.messages.isEmpty, !writing.contains(where: { $0 === call }) { writing.append(call) }
    flushSoon()
  }

  /// A reader has taken messages: the server may send as many bytes again.
  func giveBack(_ byteCount: Int, on stream: StreamID) {
    session.consume(byteCount, on: stream)
    flushSoon()
  }

  /// Everything that is submitted in one turn of the loop leaves in one write at its end.
  private func flushSoon() {
    guard !isFlushScheduled else { return }
    isFlushScheduled = true
    eventLoop.execute {
      self.isFlushScheduled = false
      self.flush()
    }
  }

  /// Tells the writers of the moment how much of what they wrote is gone.
  private func reportUnsent() {
    guard !writing.isEmpty else { return }
    writing.removeAll { call in
      guard let stream = call.stream, let streams = call.streams else { return true }
      let unsent = session.unsentBytes(on: stream)
      streams.outbox.unsent(unsent)
      return unsent == 0
    }
  }

  /// A call that never left this side.
  private func giveUp(_ call: CallHandle, _ cause: String) {
    if let onReturn, call.restart(wasSent: false, settings) {
      onReturn(call)
    } else {
      call.fail(RPCError(.unavailable, "\(address): \(cause)", isRetrySafe: true), .goAway)
    }
  }

  private func submitWaiting() {
    while !waiting.isEmpty, session.availableStreams > 0 {
      submit(waiting.removeFirst())
    }
  }

  /// The caller wants no answer any more.
  func drop(_ call: CallHandle) {
    if let stream = call.stream {
      calls[stream] = nil
      session.reset(stream, .cancel)
      flush()
    } else {
      waiting.removeAll { $0 === call }
    }
  }

  private func end(_ stream: StreamID, _ reply: RawReply?) {
    guard let reply, let call = calls.removeValue(forKey: stream) else { return }
    if reply.areDetailsBroken {
      logger.warning(
        "status details dropped: they do not decode", metadata: ["peer": "\(address)"])
    }
    // The server keeps the same deadline and may be quicker than the timer here. (PROTOCOL-HTTP2)
    if reply.error?.code == .cancelled, call.context.deadline.hasPassed {
      call.expireUnanswered()
    } else if reply.error?.isRetrySafe == true, let onReturn,
      call.restart(wasSent: true, settings)
    {
      onReturn(call)
    } else {
      call.finish(reply)
    }
  }

  // MARK: The socket

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { flush() }
  }

  func channelActive(context: ChannelHandlerContext) {
    flush()
    context.fireChannelActive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !io.isClosing else { return }
    // A write that finds the socket gone reads what is left in it at once, before the events of
    // the drain it belongs to were taken.
    takeEvents(nil)
    let buffer = unwrapInboundIn(data)
    isReading = true
    do throws(HTTP2ConnectionError) {
      try session.receive(
        buffer.readableBytesSpan, now: NIODeadline.now().uptimeNanoseconds)
      takeEvents(buffer)
    } catch {
      takeEvents(buffer)
      fail(error)
    }
    readBuffer.give(buffer)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    flush()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended(endCause ?? "closed by the peer")
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    endCause = "\(error)"
    io.close(context)
  }

  private func flush() {
    guard !isReading, let context, !io.isClosing else { return }
    do throws(HTTP2ConnectionError) {
      let isWritten = try io.write(to: context)
      takeEvents(nil)
      reportUnsent()
      guard isWritten else { return }
    } catch {
      fail(error)
    }
    if !session.isOpen || isDraining && isEmpty { io.close(context) }
  }

  private func fail(_ error: HTTP2ConnectionError) {
    guard let context, !io.isClosing else { return }
    logger.info(
      "connection closed for a fault of the peer",
      metadata: ["peer": "\(address)", "code": "\(error.code)", "reason": "\(error.reasonText)"])
    endCause = error.description
    _ = try? io.write(to: context)
    io.close(context)
  }

  private func takeEvents(_ buffer: ByteBuffer?) {
    while let event = session.nextEvent() {
      switch event {
      case .headers(let stream, let block, let category, let endStream):
        let call = calls[stream]
        let outcome = call?.state.receive(block, category, endStream: endStream)
        if let call, call.streams != nil, !call.state.initialMetadata.isEmpty {
          call.context.initialMetadata = call.state.initialMetadata
        }
        end(stream, outcome)
      case .data(let stream, let range):
        guard let buffer else { break }
        receive(buffer.readableBytesSpan.extracting(range), on: stream)
      case .endStream(let stream):
        end(stream, calls[stream]?.state.receiveEnd())
      case .reset(let stream, let code):
        end(stream, calls[stream]?.state.receiveReset(code, isOwn: false))
      case .fault(let error):
        faulted(error)
      case .closed(let stream, let code):
        // REFUSED_STREAM without a reset: GOAWAY left the stream above its last id.
        end(stream, calls[stream]?.state.receiveReset(code, isOwn: false))
        submitWaiting()
      case .settings:
        guard !hasSettings else { submitWaiting(); break }
        hasSettings = true
        onReady?()
      case .goAway(let last, let code, let reason):
        logger.log(
          level: code == .noError ? .debug : .info, "GOAWAY received",
          metadata: [
            "peer": "\(address)", "code": "\(code)", "reason": "\(reason)",
            "last": "\(last.rawValue)",
          ])
        drain("GOAWAY \(code) \"\(reason)\"")
      case .goAwaySent(_, let code, let reason):
        logger.debug(
          "GOAWAY sent",
          metadata: ["peer": "\(address)", "code": "\(code)", "reason": "\(reason)"])
      case .endStreamSent, .settingsAcknowledged, .ping, .pingAcknowledged:
        break
      }
    }
  }

  private func receive(_ bytes: RawSpan, on stream: StreamID) {
    let call = calls[stream]
    let outcome = call?.state.receive(bytes)
    let taken = call?.streams?.inbox.received(bytes.byteCount) ?? bytes.byteCount
    session.consume(taken, on: stream)
    guard let reply = outcome else { return }
    session.reset(stream, .cancel)
    end(stream, reply)
  }

  private func faulted(_ error: HTTP2StreamError) {
    guard let call = calls[error.stream] else { return }
    let reply: RawReply?
    switch error.reason {
    case .headerListOverLimit, .headerFieldsOverLimit:
      reply = call.state.fail(RPCError(.resourceExhausted, "reply headers: \(error.reason)"))
    default:
      reply = call.state.receiveReset(.protocolError, isOwn: true)
    }
    end(error.stream, reply)
  }

  /// Takes no new call, and closes when those under way have ended.
  func drain(_ cause: String) {
    guard !isDraining else { return }
    isDraining = true
    endCause = cause
    let unsent = waiting
    waiting = []
    onEnd?(cause)
    onEnd = nil
    for call in unsent { giveUp(call, cause) }
  }

  /// Ends everything at once.
  func close(_ cause: String) {
    endCause = cause
    session.terminate(.noError, reason: "client closed")
    flush()
    if let context { io.close(context) }
    ended(cause)
  }

  private func ended(_ cause: String) {
    let open = Array(calls.values)
    let unsent = waiting
    calls = [:]
    waiting = []
    for call in open {
      call.fail(RPCError(.unavailable, "connection to \(address) lost: \(cause)"), .connection)
    }
    for call in unsent {
      call.fail(
        RPCError(.unavailable, "connection to \(address) lost: \(cause)", isRetrySafe: true),
        .connection)
    }
    onEnd?(cause)
    onEnd = nil
  }
}

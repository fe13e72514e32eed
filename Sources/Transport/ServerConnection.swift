internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization
internal import Wire

/// One connection of a server: hands what the socket brings to the session, what the session says
/// to the calls, and what the calls answer back.
///
/// Everything here happens on the channel's event loop. Handlers start on it and come back to it,
/// because it is the executor their tasks prefer; so nothing needs a lock.
final class ServerConnection: ChannelInboundHandler, ReplySink, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  let settings: ServerSettings
  let router: Router
  let logger: Logger
  let observer: (any CallObserver)?
  let peer: String
  /// Who the peer has proved to be over TLS.
  var identity: PeerIdentity?
  let eventLoop: any EventLoop
  let handlers: HandlerTasks
  /// What the read of the moment has brought, to begin when all of it has been looked at.
  let beginning = HandlerQueue()

  let io: SessionChannel
  let session: HTTP2Session
  let account: TrafficAccount
  let tally: ConnectionTally
  /// Handlers that have not returned.
  var runningHandlers = 0
  private var bytesReceived: UInt64 = 0
  var context: ChannelHandlerContext?
  let calls = StreamTable<RunningCall>()
  /// The call whose handler is being started, and the answer it gave before it came back.
  var starting: StreamID?
  var immediateReply: Reply?
  var nowNanoseconds: UInt64 = 0
  /// Streams of whose messages something may not have left yet.
  var writing: [StreamID] = []
  var isFlushScheduled = false
  /// The socket is gone, and every call has been told.
  private var isOver = false
  /// Inside a read, writing waits for its end.
  private(set) var isReading = false
  private(set) var hasSettings = false
  /// A peer like that may have made much wait in memory.
  var hasMisbehaved = false

  /// Where what has been read is given back to; nil when TLS stands between.
  private let readBuffer: ReadBuffer?
  let timers: LoopTimers
  var handshakeTimer: LoopTimers.Token?
  var headerBlockTimer: LoopTimers.Token?
  var drainTimer: LoopTimers.Token?
  var keepaliveTimer: LoopTimers.Token?
  var idleTimer: LoopTimers.Token?
  var ageTimer: LoopTimers.Token?
  var stallTimer: LoopTimers.Token?
  var drain = DrainState()
  var keepalive: ServerKeepalive
  var strikes: PingStrikes
  var connectionStall = StallWatch()
  var lastReadNanoseconds: UInt64 = 0
  /// When the last call ended, or the connection began.
  var idleSince: UInt64 = 0

  init(
    settings: ServerSettings, router: Router, logger: Logger, observer: (any CallObserver)?,
    account: TrafficAccount, channel: any Channel
  ) throws(HTTP2ConnectionError) {
    self.settings = settings
    self.router = router
    self.logger = logger
    self.observer = observer
    self.account = account
    peer = channel.remoteAddress.map(AddressText.of) ?? "unknown"
    eventLoop = channel.eventLoop
    handlers = LoopHandlers.of(channel.eventLoop)
    timers = LoopTimers.of(channel.eventLoop)
    readBuffer = settings.tls == nil ? ReadBuffer.of(channel.eventLoop) : nil
    keepalive = ServerKeepalive(
      time: settings.keepaliveTime, timeout: settings.keepaliveTimeout)
    strikes = PingStrikes(
      intervalMin: settings.pingIntervalMin,
      isAllowedWithoutCalls: settings.pingWithoutCallsAllowed)
    let now = NIODeadline.now().uptimeNanoseconds
    session = try HTTP2Session(role: .server, settings: settings.http2, now: now)
    io = SessionChannel(session, channel.allocator, isSecure: settings.tls != nil)
    tally = ConnectionTally(settings.http2.ledger, now: now)
  }

  /// What of a read is served before the next part of it is looked at: about twenty small requests.
  private static let partBytes = 1_024

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard lastReadNanoseconds == 0 else { return }
    startTimers()
    flush()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !io.isClosing else { return }
    // A write that finds the socket gone reads what is left in it at once, before the events of
    // the drain it belongs to were taken.
    takeEvents(nil)
    let buffer = unwrapInboundIn(data)
    isReading = true
    nowNanoseconds = NIODeadline.now().uptimeNanoseconds
    lastReadNanoseconds = nowNanoseconds
    bytesReceived &+= UInt64(buffer.readableBytes)
    do throws(HTTP2ConnectionError) {
      var taken = 0
      while taken < buffer.readableBytes {
        try session.receive(
          buffer.readableBytesSpan, from: &taken, atMost: Self.partBytes, now: nowNanoseconds)
        takeEvents(buffer)
      }
      if session.isHeaderBlockOpen || headerBlockTimer != nil { watchHeaderBlock() }
    } catch {
      takeEvents(buffer)
      fail(error)
    }
    readBuffer?.give(buffer)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // What cannot be written is not read for: a peer that only asks would fill our memory.
    context.channel.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
    if !context.channel.isWritable { watchStalls() }
    flush()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOver = true
    cancelTimers()
    calls.forEach { _, call in if let timer = call.timer { timers.cancel(timer) } }
    for stream in calls.streams { streamClosed(stream) }
    post()
    account.closed(tally)
    if hasMisbehaved { HeapTrim.request() }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug(
      "connection failed",
      metadata: ["peer": "\(peer)", "error": "\(TLSCause.text(of: error) ?? "\(error)")"])
    io.close(context)
  }

  /// Shows what was counted.
  private func post() {
    tally.openStreams.store(session.openStreams, ordering: .relaxed)
    tally.runningHandlers.store(runningHandlers, ordering: .relaxed)
    tally.bytesReceived.store(bytesReceived, ordering: .relaxed)
    tally.bytesSent.store(io.bytesWritten, ordering: .relaxed)
    if let ledger = session.takeChargedLedger() { tally.post(ledger) }
  }

  /// Sends what has been submitted, unless a read is being handled: its end will.
  func flush() {
    defer { if !isReading { post() } }
    guard !isReading, let context, !io.isClosing else { return }
    do throws(HTTP2ConnectionError) {
      let isWritten = try io.write(to: context)
      takeEvents(nil)
      reportUnsent()
      if !isWritten { return }
    } catch {
      fail(error)
    }
    if !session.isOpen { io.close(context) }
  }

  /// The connection is beyond use: says why, as far as the peer still listens, and closes.
  private func fail(_ error: HTTP2ConnectionError) {
    guard let context, !io.isClosing else { return }
    hasMisbehaved = true
    logger.info(
      "connection closed for a fault of the peer",
      metadata: ["peer": "\(peer)", "code": "\(error.code)", "reason": "\(error.reasonText)"])
    // The GOAWAY is waiting in the session; that it cannot be sent changes nothing.
    _ = try? io.write(to: context)
    takeEvents(nil)
    io.close(context)
  }

  /// - Parameter buffer: what the `.data` events of a read point into.
  func takeEvents(_ buffer: ByteBuffer?) {
    while let event = session.nextEvent() {
      switch consume event {
      case .headers(let stream, let block, .request, let endStream):
        open(stream, block)
        if endStream { requestEnded(stream) }
      case .headers(let stream, _, _, let endStream):
        if endStream { requestEnded(stream) }
      case .data(let stream, let range):
        guard let buffer else { break }
        let bytes = buffer.readableBytesSpan.extracting(range)
        if session.isEndNext(of: stream), begin(whole: bytes, on: stream) {
          _ = session.nextEvent()
        } else {
          receive(bytes, on: stream)
        }
      case .endStream(let stream):
        requestEnded(stream)
      case .closed(let stream, _):
        // A write that finds the socket gone ends all streams at once, before the events of its
        // drain are taken, which would end some of them a second time.
        if !isOver { streamClosed(stream) }
      case .settings:
        hasSettings = true
        if let timer = handshakeTimer { timers.cancel(timer) }
        handshakeTimer = nil
      case .goAway(let last, let code, let reason):
        account.goAwayReceived(code)
        logGoAway("GOAWAY received", last, code, reason)
      case .goAwaySent(let last, let code, let reason):
        account.goAwaySent(last: last, code, reason)
        logGoAway("GOAWAY sent", last, code, reason)
      case .fault(let error):
        logger.debug("stream fault", metadata: ["peer": "\(peer)", "error": "\(error)"])
      case .ping(let payload):
        received(ping: payload)
      case .pingAcknowledged(let payload):
        received(pingAcknowledgement: payload)
      case .reset, .endStreamSent, .settingsAcknowledged:
        break
      }
    }
    if !beginning.isEmpty { startHandlers() }
  }

  private func logGoAway(
    _ what: Logger.Message, _ last: StreamID, _ code: HTTP2ErrorCode, _ reason: String
  ) {
    logger.log(
      level: code == .noError ? .debug : .info, what,
      metadata: [
        "peer": "\(peer)", "code": "\(code)", "reason": "\(reason)", "last": "\(last.rawValue)",
      ])
  }

  /// Ends what still runs with `error` and closes.
  /// - Returns: how many calls were cut.
  func cutOff(_ error: RPCError) -> Int {
    guard let context, !io.isClosing else { return 0 }
    var cut = 0
    for stream in calls.streams {
      guard let call = calls[stream]?.state else { continue }
      guard call.phase == .running || call.phase == .receiving else { continue }
      cut += 1
      refuse(stream, error)
    }
    session.terminate(.noError, reason: drain.reason.text)
    _ = try? io.write(to: context)
    takeEvents(nil)
    io.close(context)
    return cut
  }
}

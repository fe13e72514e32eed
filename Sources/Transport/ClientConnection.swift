internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization

/// One connection of a client. It lives on one event loop, and so do the calls it carries.
final class ClientConnection: ChannelInboundHandler, BalancedLink, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  let address: String
  /// What can be read of the connection on any thread.
  let gauge: ConnectionGauge
  let account: TrafficAccount
  let tally: ConnectionTally
  private var bytesReceived: UInt64 = 0
  let settings: ClientSettings
  let logger: Logger
  let eventLoop: any EventLoop
  let io: SessionChannel
  /// Where what has been read is given back to; nil when TLS stands between.
  private let readBuffer: ReadBuffer?
  var context: ChannelHandlerContext?
  let calls = StreamTable<OpenCall>()
  /// Streaming calls of whose messages something may not have left yet.
  var writing: [CallHandle] = []
  var isFlushScheduled = false
  private var isReading = false
  private var hasSettings = false
  var isDraining = false
  var endCause: String?
  let authority: [UInt8]
  /// What the calls of a method begin with, the one that was called last in front.
  var preparedHeads: [(path: [UInt8], fields: PreparedFields)] = []
  let timers: LoopTimers
  /// Nil when silence is no reason to ask.
  var keepalive: ClientKeepalive?
  var keepaliveTimer: LoopTimers.Token?
  private(set) var lastReadNanoseconds: UInt64

  /// Tells the channel: once that SETTINGS were read, and once that no new call fits here any more.
  var onReady: (() -> Void)?
  var onEnd: ((_ cause: String) -> Void)?
  /// Takes back a call that was not sent, to be carried by another connection.
  var onReturn: ((CallHandle) -> Void)?
  /// Is told how an attempt ended, and ends its call or makes another.
  var onAttemptEnd: ((CallHandle) -> Void)?
  /// A stream is free again.
  var onRoom: (() -> Void)?
  var healthWatch: HealthWatch?
  /// When the last call ended, or the connection began.
  var idleSince: UInt64
  /// The server finds that keepalive asks too often.
  var onTooManyPings: (() -> Void)?

  init(
    endpoint: Endpoint, settings: ClientSettings, keepaliveTime: Duration = .zero, logger: Logger,
    account: TrafficAccount, channel: any Channel
  ) throws(HTTP2ConnectionError) {
    address = endpoint.text
    gauge = ConnectionGauge(address: address)
    self.account = account
    self.settings = settings
    self.logger = logger
    authority = Array(endpoint.authority.utf8)
    eventLoop = channel.eventLoop
    readBuffer = settings.tls == nil ? ReadBuffer.of(channel.eventLoop) : nil
    timers = LoopTimers.of(channel.eventLoop)
    lastReadNanoseconds = NIODeadline.now().uptimeNanoseconds
    idleSince = lastReadNanoseconds
    if keepaliveTime > .zero {
      keepalive = ClientKeepalive(
        time: keepaliveTime, timeout: settings.keepaliveTimeout,
        withoutCalls: settings.keepaliveWithoutCalls)
    }
    let session = try HTTP2Session(
      role: .client, settings: settings.http2, now: lastReadNanoseconds)
    io = SessionChannel(session, channel.allocator, isSecure: settings.tls != nil)
    tally = ConnectionTally(settings.http2.ledger, now: lastReadNanoseconds)
  }

  var session: HTTP2Session { io.session }

  /// Whether nothing is under way here.
  var isEmpty: Bool { calls.count == 0 }

  var hasRoom: Bool { !isDraining && session.availableStreams > 0 }

  /// Whether no caller waits for anything here, be it that this side watches the server's health.
  var isIdle: Bool { calls.count == (healthWatch == nil ? 0 : 1) }

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
    lastReadNanoseconds = NIODeadline.now().uptimeNanoseconds
    bytesReceived &+= UInt64(buffer.readableBytes)
    do throws(HTTP2ConnectionError) {
      try session.receive(buffer.readableBytesSpan, now: lastReadNanoseconds)
      takeEvents(buffer)
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
    flush()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended(endCause ?? "closed by the peer")
    post()
    account.closed(tally)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let tls = TLSCause.text(of: error)
    // TLS also tells how its own end went, which would hide what led to it.
    if tls == nil || endCause == nil { endCause = tls ?? "\(error)" }
    io.close(context)
  }

  /// Shows what was counted.
  private func post() {
    tally.openStreams.store(session.openStreams, ordering: .relaxed)
    tally.bytesReceived.store(bytesReceived, ordering: .relaxed)
    tally.bytesSent.store(io.bytesWritten, ordering: .relaxed)
    if let ledger = session.takeChargedLedger() { tally.post(ledger) }
  }

  func flush() {
    defer { if !isReading { post() } }
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
        let isEnded = calls.update(stream) { $0.receive(block, category, endStream: endStream) }
        if isEnded == true { end(stream) }
      case .data(let stream, let range):
        guard let buffer else { break }
        receive(buffer.readableBytesSpan.extracting(range), on: stream)
      case .endStream(let stream):
        if calls.update(stream, { $0.receiveEnd() }) == true { end(stream) }
      case .reset(let stream, let code):
        logReset(stream, code)
        resetByPeer(stream, code)
      case .fault(let error):
        faulted(error)
      case .closed(let stream, let code):
        // REFUSED_STREAM without a reset: GOAWAY left the stream above its last id.
        resetByPeer(stream, code)
        if !isDraining { onRoom?() }
      case .settings:
        guard !hasSettings else {
          onRoom?()
          break
        }
        hasSettings = true
        checkKeepalive(hasCalls: false)
        onReady?()
      case .goAway(let last, let code, let reason):
        account.goAwayReceived(code)
        logger.log(
          level: code == .noError ? .debug : .info, "GOAWAY received",
          metadata: [
            "peer": "\(address)", "code": "\(code)", "reason": "\(reason)",
            "last": "\(last.rawValue)",
          ])
        if code == .enhanceYourCalm, reason == "too_many_pings" { onTooManyPings?() }
        drain("GOAWAY \(code) \"\(reason)\"")
      case .goAwaySent(let last, let code, let reason):
        account.goAwaySent(last: last, code, reason)
        logger.debug(
          "GOAWAY sent",
          metadata: ["peer": "\(address)", "code": "\(code)", "reason": "\(reason)"])
      case .pingAcknowledged:
        keepaliveAnswered()
      case .endStreamSent, .settingsAcknowledged, .ping:
        break
      }
    }
  }
}
